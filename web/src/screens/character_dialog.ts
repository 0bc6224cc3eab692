import { CallFailed } from "../account/errors";
import type { NewCharacter, Scope } from "../contracts";
import { SCOPES, today } from "../film/analyses";
import { count } from "../film/words";
import { fill, h, setText } from "../ui/dom";
import { visible } from "../ui/names";
import { NoPicture, portrait } from "../ui/portrait";

/** As the API takes them. */
const MOST_REFERENCES = 10;
const MOST_NAME = 200;

/** What is missing or wrong in what was typed. */
class Missing extends Error {}

/** Lets a person add a character with the consent of who plays it. Resolves true when it was added. */
export function askCharacter(
  add: (character: NewCharacter) => Promise<unknown>,
  signal: AbortSignal,
): Promise<boolean> {
  const line = (label: string, hint = "") => {
    const input = h("input", { type: "text", maxlength: String(MOST_NAME), autocomplete: "off" });
    return {
      input,
      node: h("label", { class: "field" }, h("span", {}, label), input, hint && h("small", {}, hint)),
    };
  };
  const name = line("Character");
  const person = line("Played by");
  const scenes = line("Scenes", "Separated by commas; empty is all of the production.");
  const guardian = line("Guardian, who signed for the minor");
  const minor = h("input", { type: "checkbox", onchange: () => tellMinor() });
  const expires = h("input", { type: "date", min: today() });
  const scopes = (Object.keys(SCOPES) as Scope[]).map((scope) => {
    const box = h("input", { type: "checkbox", checked: scope === "SEARCH" });
    const { asks, means } = SCOPES[scope];
    return { scope, box, node: h("label", { class: "tick" }, box, asks, h("small", {}, means)) };
  });
  const document_ = h("input", { type: "file" });
  const pictures = h("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    onchange: () => void take(),
  });
  const given = h("p", { class: "quiet", role: "status" });
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const adds = h("button", { type: "submit", class: "button primary" }, "Add character");
  const leave = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
  let references: string[] = [];
  let done = false;

  function tellMinor(): void {
    guardian.node.hidden = !minor.checked;
  }
  async function take(): Promise<void> {
    setText(trouble, "");
    const files = [...(pictures.files ?? [])];
    if (files.length > MOST_REFERENCES)
      return setText(trouble, `Give at most ${MOST_REFERENCES} references.`);
    adds.disabled = true;
    try {
      references = await Promise.all(files.map(portrait));
      setText(given, `${count(references.length, "reference")}: only small copies leave this device.`);
    } catch (error) {
      references = [];
      setText(given, "");
      if (!(error instanceof NoPicture)) throw error;
      setText(trouble, error.message);
    } finally {
      adds.disabled = false;
    }
  }

  const need = (value: string, field: HTMLElement, sentence: string): string => {
    if (value.trim()) return value.trim();
    field.focus();
    throw new Missing(sentence);
  };
  async function read(): Promise<NewCharacter> {
    const called = need(name.input.value, name.input, "Say what the character is called.");
    const who = need(person.input.value, person.input, "Say who plays the character.");
    const agreed = scopes.filter(({ box }) => box.checked).map(({ scope }) => scope);
    if (agreed.length === 0) throw new Missing("Say what the person agreed to.");
    const until = need(expires.value, expires, "Say until when the consent holds.");
    const signer = minor.checked
      ? need(guardian.input.value, guardian.input, "Say who signed for the minor.")
      : null;
    const signed = document_.files?.[0];
    if (!signed) throw new Missing("Choose the signed document: its fingerprint is kept, it stays with you.");
    if (references.length === 0) throw new Missing("Give at least one reference, a picture of the face.");
    const among = scenes.input.value.split(",").map((scene) => scene.trim());
    return {
      name: called,
      consent: {
        person: who,
        scopes: agreed,
        scenes: among.filter(Boolean),
        expires: until,
        document_sha256: await sha256(signed),
        minor: minor.checked,
        guardian: signer,
      },
      references,
    };
  }

  const form = h("form", { method: "dialog", novalidate: true });
  fill(
    form,
    h("h2", { id: "character-title" }, "Add a character"),
    h("p", {}, "Without the signed consent of the person nobody is looked for."),
    h("div", { class: "two" }, name.node, person.node),
    h(
      "fieldset",
      { class: "choose-characters" },
      h("legend", {}, "Agreed to"),
      ...scopes.map(({ node }) => node),
    ),
    h("div", { class: "two" }, h("label", { class: "field" }, h("span", {}, "Until"), expires), scenes.node),
    h("label", { class: "tick" }, minor, "A minor"),
    guardian.node,
    h(
      "label",
      { class: "field" },
      h("span", {}, "Signed document"),
      document_,
      h("small", {}, "Only its fingerprint (SHA-256) is sent."),
    ),
    h("label", { class: "field" }, h("span", {}, "References: pictures of the face, 1 to 10"), pictures),
    given,
    trouble,
    h("div", { class: "choices" }, leave, adds),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    setText(trouble, "");
    try {
      const character = await read();
      adds.disabled = true;
      await add(character);
      done = true;
      dialog.close();
    } catch (error) {
      setText(trouble, sentenceOf(error));
    } finally {
      adds.disabled = false;
    }
  };
  const dialog = h("dialog", { class: "deed character-dialog", "aria-labelledby": "character-title" }, form);
  dialog.onkeydown = (event) => event.stopPropagation(); // what is typed is no shortcut of the screen behind
  tellMinor();

  return new Promise((resolve) => {
    const end = () => dialog.close();
    signal.addEventListener("abort", end);
    dialog.onclose = () => {
      signal.removeEventListener("abort", end);
      dialog.remove();
      resolve(done);
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A file → its SHA-256 in hexadecimal, read here. Throws `Missing` where the browser cannot tell. */
async function sha256(file: File): Promise<string> {
  // Absent on a page without TLS.
  if (!globalThis.crypto.subtle)
    throw new Missing(
      "This browser computes no SHA-256 here: open the page by HTTPS, or use `circletake character add`.",
    );
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sentenceOf(error: unknown): string {
  if (error instanceof Missing) return error.message;
  if (error instanceof CallFailed) return visible(`${error.sentence} ${error.nextStep}`);
  return "This was not added. Sign in again, and try once more.";
}
