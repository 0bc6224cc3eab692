import type { Clip, NewSlate, SlateAnswer, SlateField } from "../contracts";
import { SLATE_FROM, sure } from "../film/analyses";
import type { Deck } from "../player/deck";
import { fill, h, type Piece, setText } from "../ui/dom";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";
import { saidHeading } from "./said_heading";

const FIELDS = ["scene", "setup", "slate", "take"] as const;
/** As the API takes them. */
const MOST_CHARACTERS = 100;

type Told = Record<(typeof FIELDS)[number], string>;

export interface SlateShown {
  clip: Clip;
  /** What a model read; null where none did. */
  read: SlateAnswer | null;
  /** Whether who looks may say what the slate is. */
  mayTell: boolean;
}

/** Scene, setup, slate and take, to be put right in place, and what stands on the slate in the picture. */
export function slate(deck: Deck, tell: (slate: NewSlate) => Promise<unknown>): Piece<SlateShown> {
  const inputs = FIELDS.map((name) =>
    h("input", {
      type: "text",
      name,
      maxlength: String(MOST_CHARACTERS),
      autocomplete: "off",
      placeholder: "–",
      spellcheck: "false",
    }),
  );
  const heading = h("div");
  const source = h("p", { class: "slate-source" });
  const said = h("p", { class: "quiet", role: "status" });
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const read = h("div", { class: "on-the-slate" });
  const form = h(
    "form",
    { class: "slate-fields", "aria-keyshortcuts": "S" },
    ...inputs.map((input) => h("label", {}, h("span", {}, input.name), input)),
  );
  const save = h("button", { type: "submit", class: "button small primary", hidden: true }, "Save");
  const confirm = h("button", { type: "button", class: "button small" }, "Confirm");
  const back = h("button", { type: "button", class: "button small" }, "Take back");
  const deeds = h("div", { class: "slate-deeds" }, confirm, back, save);
  form.append(deeds);
  let shown: SlateShown | null = null;
  let saving = false;

  const now = () => Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()])) as Told;
  const stands = (): Told => {
    const told = shown?.clip.slate;
    return Object.fromEntries(FIELDS.map((name) => [name, told?.[name] ?? ""])) as Told;
  };
  const changed = () => JSON.stringify(now()) !== JSON.stringify(stands());
  const offer = () => {
    save.hidden = !changed();
    confirm.hidden = changed() || shown?.clip.slate_from !== "SLATE";
    back.hidden = changed() || shown?.clip.slate_from !== "PERSON";
    deeds.hidden = !shown?.mayTell || [save, confirm, back].every(({ hidden }) => hidden);
  };
  const restore = () => {
    const told = stands();
    for (const input of inputs) input.value = told[input.name as keyof Told];
    offer();
  };

  async function send(told: Told, done: string): Promise<void> {
    if (!shown || saving) return;
    saving = true;
    setText(trouble, "");
    setText(said, "");
    const { clip_id, version } = shown.clip;
    try {
      await tell({ clip_id, version, ...told });
      setText(said, done);
    } catch (error) {
      const { sentence, nextStep } = toldOf(error);
      setText(trouble, `${sentence} ${nextStep}`);
    } finally {
      saving = false;
    }
  }

  form.oninput = offer;
  form.onsubmit = (event) => {
    event.preventDefault();
    void send(now(), "Saved.");
  };
  confirm.onclick = () => void send(now(), "Confirmed.");
  back.onclick = () => void send({ scene: "", setup: "", slate: "", take: "" }, "Taken back.");
  form.onkeydown = (event) => {
    event.stopPropagation(); // what is typed is no shortcut of the screen behind
    if (event.key !== "Escape") return;
    restore();
    (event.target as HTMLElement).blur();
  };

  return {
    node: h("section", { class: "slate", "aria-label": "Slate" }, heading, form, source, trouble, said, read),
    show(next) {
      const typing = shown !== null && changed();
      shown = next;
      fill(heading, saidHeading("Slate", next.clip, "SLATE"));
      for (const input of inputs) input.readOnly = !next.mayTell;
      if (typing && form.contains(document.activeElement))
        offer(); // somebody is in the middle of a word
      else restore();
      const { slate: told, slate_from } = next.clip;
      form.dataset.from = slate_from ?? "";
      const unconfirmed = slate_from === "SLATE" ? ": nobody has confirmed it" : "";
      setText(
        source,
        told && slate_from ? `${SLATE_FROM[slate_from]}${unconfirmed}` : "Nobody told scene and take.",
      );
      fill(read, ...(next.read ? onTheSlate(next.read, deck) : []));
    },
  };
}

const READ: [name: "scene" | "slate" | "take" | "roll" | "camera" | "mos", words: string][] = [
  ["scene", "Scene"],
  ["slate", "Slate"],
  ["take", "Take"],
  ["roll", "Roll"],
  ["camera", "Camera"],
  ["mos", "MOS"],
];

/** What a model read in the picture, each with how sure it is, and a way to the frame. */
function onTheSlate(read: SlateAnswer, deck: Deck): HTMLElement[] {
  const fields = READ.flatMap(([name, words]) => {
    const field = read[name];
    return field ? [button(words, field, deck)] : [];
  });
  if (fields.length > 0) return [h("h3", {}, "Read in the picture"), h("div", { class: "spots" }, ...fields)];
  const { first } = read;
  const sentence =
    first === undefined
      ? "No slate was seen in the picture."
      : "A slate is in the picture; nothing on it was read surely.";
  const go =
    first === undefined
      ? null
      : h("button", { type: "button", class: "spot", onclick: () => deck.seek(first) }, deck.label(first));
  return [h("p", { class: "quiet" }, sentence), ...(go ? [go] : [])];
}

function button(words: string, { text, confidence, frame }: SlateField, deck: Deck): HTMLElement {
  const title = `${deck.label(frame)} · ${sure(confidence)} sure`;
  return h(
    "button",
    { type: "button", class: "spot", title, onclick: () => deck.seek(frame) },
    `${words} `,
    h("b", {}, h("bdi", {}, visible(text))),
    h("small", {}, ` ${sure(confidence)} · frame ${frame}`),
  );
}
