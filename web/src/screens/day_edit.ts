import type { Correction, DayFacts, Flag, ShootingDay, Take } from "../contracts";
import { type Edited, editedOf, fixedNumber } from "../film/corrections";
import { boardOf, FLAGS, text } from "../film/takes";
import { fill, h, type Piece } from "../ui/dom";
import { onOneLine, visible } from "../ui/names";
import { momentWords, saidWords } from "./day_words";

/** As the API takes them. */
const MOST_CHARACTERS = 200;
const MOST_IN_A_NOTE = 4000;

export interface EditActs {
  save(take: Take, was: Edited, now: Edited): void;
  leave(): void;
  takeBack(correction: Correction, words: string): void;
}

export interface Editing {
  day: ShootingDay;
  take: Take;
}

export interface Editor extends Piece<Editing> {
  focus(field: "first" | "note"): void;
}

/** A take's fields, to be put right in place. What somebody else changes meanwhile is told, and nothing typed is lost. */
export function takeEditor({ day, take }: Editing, acts: EditActs, typed?: Edited): Editor {
  const was = editedOf(take);
  const fixed = fixedNumber(day, take);
  const start = typed ?? was;
  const names: [name: string, label: string, value: string, fixed: boolean][] = [
    ["scene", "Scene", start.scene, false],
    ["board", take.slate && !take.setup ? "Slate" : "Setup", start.board, fixed !== null],
    ["take", "Take", start.take, fixed !== null],
    ...take.clips.map(
      ({ id }) =>
        [`lens ${id}`, lensLabel(day, take, id), start.lens[id] ?? "", false] as (typeof names)[number],
    ),
  ];
  // What is typed is said of a camera, and holds for it alone.
  const lensOfTake = lensSaid(take);
  const inputs = new Map(
    names.map(([name, , value, readonly]) => [
      name,
      h("input", {
        type: "text",
        name,
        value,
        readonly,
        maxlength: String(MOST_CHARACTERS),
        autocomplete: "off",
        spellcheck: "false",
        placeholder: name.startsWith("lens ") ? visible(lensOfTake) : null,
      }),
    ]),
  );
  const boxes = [["CIRCLED", "", "circled"] as const, ...FLAGS].map(([flag, , words]) => {
    const box = h("input", { type: "checkbox", name: flag });
    box.checked = start.flags[flag] ?? false;
    return { flag: flag as Flag, box, node: h("label", {}, box, words) };
  });
  const note = h("textarea", { name: "note", rows: "1", maxlength: String(MOST_IN_A_NOTE) });
  note.value = start.note;
  const meanwhile = h("p", { class: "meanwhile", role: "status", hidden: true });
  const people = h("div", { class: "said-by-people" });
  const form = h(
    "form",
    { class: "take-editor", "aria-label": `Edit ${visible(take.called)}` },
    h(
      "div",
      { class: "edit-fields" },
      ...names.map(([name, label]) => field(label, inputs.get(name) as HTMLInputElement, name)),
    ),
    lensOfTake !== "" &&
      h(
        "p",
        { class: "quiet fixed-number" },
        visible(`Lens ${lensOfTake} is said of the take, and of no one camera.`),
      ),
    fixed !== null && h("p", { class: "quiet fixed-number" }, fixed),
    h(
      "fieldset",
      { class: "edit-flags" },
      h("legend", { class: "for-listeners" }, "Marks"),
      ...boxes.map((each) => each.node),
    ),
    field("Add a note", note, "note"),
    meanwhile,
    h(
      "div",
      { class: "edit-choices" },
      h("button", { type: "submit", class: "button small primary" }, "Save"),
      h("button", { type: "button", class: "button small", onclick: () => acts.leave() }, "Leave"),
      h("span", { class: "quiet" }, h("kbd", {}, "Enter"), " saves, ", h("kbd", {}, "Esc"), " leaves"),
    ),
    people,
  );
  const value = (name: string) => inputs.get(name)?.value.trim() ?? "";
  form.onsubmit = (event) => {
    event.preventDefault();
    acts.save(take, was, {
      scene: value("scene"),
      board: value("board"),
      take: value("take"),
      lens: Object.fromEntries(take.clips.map(({ id }) => [id, value(`lens ${id}`)])),
      flags: Object.fromEntries(boxes.map(({ flag, box }) => [flag, box.checked])),
      note: note.value.trim(),
    });
  };
  form.onkeydown = (event) => {
    event.stopPropagation(); // what is typed is no key of the screen behind
    if (event.key === "Escape") acts.leave();
    const sends = event.target === note ? !event.shiftKey : event.target instanceof HTMLInputElement;
    if (event.key !== "Enter" || !sends || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  };
  const opened = JSON.stringify(was);
  return {
    node: form,
    show(now) {
      const changed = JSON.stringify(editedOf(now.take)) !== opened;
      meanwhile.hidden = !changed;
      fill(
        meanwhile,
        changed && `Somebody changed it meanwhile: it is now ${nowWords(now)}. Only what you change is sent.`,
      );
      const mine = correctionsOf(now);
      fill(people, ...mine.map((each) => correctionLine(each, now.day.facts, acts)));
    },
    focus(where) {
      if (where === "note") note.focus();
      else inputs.get("scene")?.select();
    },
  };
}

function field(label: string, control: HTMLElement, name: string): HTMLElement {
  return h(
    "label",
    { class: name === "note" ? "edit-note" : name.startsWith("lens") ? "wide" : "" },
    h("span", {}, label),
    control,
  );
}

function lensLabel(day: ShootingDay, take: Take, id: string): string {
  return take.clips.length > 1 ? `Lens ${day.clips[id]?.camera ?? ""}`.trim() : "Lens";
}

/** The lens that is said of a take, where any of its cameras has none of its own; else empty. */
function lensSaid({ clips, facts }: Take): string {
  return clips.every((clip) => clip.facts.lens) ? "" : onOneLine(text(facts.lens));
}

function nowWords({ take }: Editing): string {
  const flags = [["CIRCLED", "", "circled"] as const, ...FLAGS].filter(
    ([flag]) => take.flags[flag]?.value === true,
  );
  const lenses = take.clips.map(({ facts }) => text(facts.lens)).filter(Boolean);
  const words = [
    text(take.scene) && `scene ${text(take.scene)}`,
    `${boardOf(take)} take ${text(take.take)}`,
    ...flags.map(([, , words]) => words),
    ...lenses.map((lens) => `lens ${lens}`),
  ];
  return visible(words.filter(Boolean).join(", "));
}

/** What people said of a take and of what it consists of. */
function correctionsOf({ day, take }: Editing): Correction[] {
  const names = new Set([...take.clips, ...take.sounds].map(({ name }) => name));
  const board = boardOf(take).toLowerCase();
  return day.corrections.filter(({ said }) => {
    if ([...(said.clips ?? []), ...(said.sounds ?? [])].some((name) => names.has(name))) return true;
    const told = (said.setup ?? said.slate ?? said.scene ?? "").toLowerCase();
    return told !== "" && told === board && said.take?.toLowerCase() === text(take.take).toLowerCase();
  });
}

function correctionLine(correction: Correction, facts: DayFacts, acts: EditActs): HTMLElement {
  const { setup, slate, take, ...rest } = correction.said;
  const moves = rest.clips !== undefined || rest.sounds !== undefined;
  const words = saidWords(moves ? correction.said : rest);
  return h(
    "p",
    {},
    h("span", {}, h("bdi", {}, words)),
    h("span", { class: "quiet" }, ` ${visible(correction.by)}, ${momentWords(correction.at, facts)} `),
    h(
      "button",
      { type: "button", class: "button small", onclick: () => acts.takeBack(correction, words) },
      "Take back",
    ),
  );
}
