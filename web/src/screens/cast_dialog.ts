import type { Character, Clip } from "../contracts";
import { isSought, today } from "../film/analyses";
import { count } from "../film/words";
import { address, type RollPlace } from "../place";
import { h, setText } from "../ui/dom";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";
import type { Studio } from "./screen";
import { clipKey } from "./wall";

/** The API takes so many clips at once. */
const MOST_CLIPS = 200;

interface Asked {
  studio: Studio;
  place: RollPlace;
  /** The clips that may be chosen, and those that are to begin with. */
  clips: readonly Clip[];
  chosen: readonly Clip[];
  signal: AbortSignal;
}

/** Lets a person say which characters may be seen in clips. Resolves true when they did. */
export async function askCast({ studio, place, clips, chosen, signal }: Asked): Promise<boolean> {
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const list = h("fieldset", { class: "choose-characters" }, h("legend", {}, "Characters"));
  const begin = new Set(chosen.map(clipKey));
  const boxes = clips.map((clip) => {
    const box = h("input", { type: "checkbox", checked: begin.has(clipKey(clip)), onchange: () => tell() });
    return { clip, box, node: h("label", { class: "tick" }, box, h("bdi", {}, visible(clip.name))) };
  });
  const differ = h(
    "p",
    { hidden: true },
    "These clips have different casts: what you list takes the place of all of them.",
  );
  const words = h("p", { class: "quiet", role: "status" });
  const sets = h("button", { type: "submit", class: "button primary" }, "List");
  const leave = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
  const all = h("button", { type: "button", class: "button small", onclick: () => tickAll() }, "All");
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h("h2", { id: "cast-title" }, "Who may be seen here?"),
    h("p", {}, "Faces are compared only with the characters that you list, and only in these clips."),
    list,
    clips.length > 1 &&
      h(
        "fieldset",
        { class: "choose-clips" },
        h("legend", {}, "Clips ", all),
        h("div", { class: "ticks" }, ...boxes.map(({ node }) => node)),
      ),
    differ,
    words,
    trouble,
    h("div", { class: "choices" }, leave, sets),
  );
  const dialog = h("dialog", { class: "deed cast-dialog", "aria-labelledby": "cast-title" }, form);
  let ticks: { character: Character; box: HTMLInputElement }[] = [];
  let done = false;

  const picked = () => boxes.filter(({ box }) => box.checked).map(({ clip }) => clip);
  const named = () => ticks.filter(({ box }) => box.checked).map(({ character }) => character);
  function tickAll(): void {
    const on = !boxes.every(({ box }) => box.checked);
    for (const { box } of boxes) box.checked = on;
    tell();
  }
  function tell(): void {
    const who = named().map(({ name }) => visible(name));
    const where = clips.length === 1 ? visible(clips[0]?.name ?? "") : count(picked().length, "clip");
    setText(
      words,
      who.length ? `${who.join(", ")} may be seen in ${where}.` : `Nobody of the cast is in ${where}.`,
    );
    sets.disabled = picked().length === 0;
  }

  function offer(characters: readonly Character[]): void {
    const now = today();
    const casts = new Set(chosen.map(({ cast }) => JSON.stringify(cast ?? [])));
    differ.hidden = casts.size === 1;
    const listed = new Set(casts.size === 1 ? chosen[0]?.cast : []);
    // Whoever is listed already can be taken off, even where the consent has run out.
    const some = characters.filter((each) => isSought(each, now) || listed.has(each.id));
    ticks = some.map((character) => ({
      character,
      box: h("input", { type: "checkbox", checked: listed.has(character.id), onchange: tell }),
    }));
    for (const { character, box } of ticks) {
      const note = isSought(character, now)
        ? `played by ${visible(character.person)}`
        : "consent no longer holds";
      const apart = some.some((other) => other !== character && sameName(other, character));
      const more = apart ? `, ${apartFrom(character)}` : "";
      list.append(
        h("label", { class: "tick" }, box, h("bdi", {}, visible(character.name)), h("small", {}, note, more)),
      );
    }
    if (some.length === 0) {
      const href = address({ at: "characters", production: place.production });
      list.append(h("p", {}, "Nobody has consented to be found yet. ", h("a", { href }, "Characters")));
    }
    ticks[0]?.box.focus();
    tell();
  }

  form.onsubmit = async (event) => {
    event.preventDefault();
    sets.disabled = true;
    setText(trouble, "");
    try {
      const where = picked().map(({ clip_id, version }) => ({ clip_id, version }));
      const characters = named().map(({ id }) => id);
      for (let at = 0; at < where.length; at += MOST_CLIPS) {
        await studio.api.listCast(place, { clips: where.slice(at, at + MOST_CLIPS), characters });
      }
      done = true;
      dialog.close();
    } catch (error) {
      const { sentence, nextStep } = toldOf(error);
      setText(trouble, `${sentence} ${nextStep}`);
      sets.disabled = false;
    }
  };
  dialog.onkeydown = (event) => {
    event.stopPropagation(); // what is typed is no shortcut of the screen behind
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [...dialog.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
    const here = stops.indexOf(document.activeElement as HTMLInputElement);
    event.preventDefault();
    stops[Math.max(0, Math.min(stops.length - 1, here + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
  };

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
    tell();
    studio.api.characters(place.production, signal).then(
      ({ characters }) => offer(characters),
      (error: unknown) => {
        if (!signal.aborted) setText(trouble, toldOf(error).sentence);
      },
    );
  });
}

function sameName(one: Character, other: Character): boolean {
  return one.name.toLocaleLowerCase() === other.name.toLocaleLowerCase();
}

/** What tells a character from another of its name: what was signed, and the id by which the command calls it. */
function apartFrom({ id, scenes, expires }: Character): string {
  const where = scenes.length > 0 ? `scenes ${scenes.map(visible).join(", ")}` : "every scene";
  return `${where}, until ${expires}, ${id.slice(0, 8)}`;
}
