import type { Said, ShootingDay, Take, Waiting } from "../contracts";
import {
  type Correcting,
  identityOf,
  isOf,
  type Kind,
  namesOf,
  recordingSaid,
  recordingsSaid,
  sayFlag,
  sayTake,
} from "../film/corrections";
import { boardOf, text } from "../film/takes";
import { h } from "../ui/dom";
import { visible } from "../ui/names";
import { conflictChoices } from "./day_conflict";

/** As the API takes them. */
const MOST_CHARACTERS = 200;

export type Say = (correcting: Correcting) => void;

/** What a person can say, right here, about what waits for one. Empty where only a paper can be put right. */
export function mends(day: ShootingDay, entry: Waiting, say: Say): HTMLElement[] {
  const take = day.takes.find(({ id }) => id === entry.take) ?? null;
  const sends = (said: Said, done: string) => say({ said, done, take: entry.take, settles: entry });
  if (entry.lack === "CONFLICT") {
    const conflict = day.conflicts.find((each) => isOf(each, entry));
    if (!conflict) return [];
    const of = take?.called ?? nameOf(day, entry);
    return [conflictChoices(day, conflict, (said, words) => sends(said, `${of}: ${words}`))];
  }
  if (!day.may_say) return [];
  const recording = recordingSaid(day, entry);
  const is = (said: Said, words: string, done: string) =>
    h("button", { type: "button", class: "button small", onclick: () => sends(said, done) }, words);
  switch (entry.lack) {
    case "CLIP_WITHOUT_TAKE":
      if (!recording) return [];
      return [
        takeForm(day, nameOf(day, entry), (board, number) =>
          sends(sayTake(day, recording, board, number), `${nameOf(day, entry)} is ${board} take ${number}`),
        ),
        is(
          { ...recording, flags: { FALSE_START: true } },
          "It is a false start",
          `${nameOf(day, entry)}: false start`,
        ),
      ];
    case "SOUND_WITHOUT_PICTURE":
      if (!recording) return [];
      return [
        takeForm(day, nameOf(day, entry), (board, number) =>
          sends(sayTake(day, recording, board, number), `${nameOf(day, entry)} is ${board} take ${number}`),
        ),
        is(
          { ...recording, flags: { WILD_TRACK: true } },
          "It is a wild track",
          `${nameOf(day, entry)}: wild track`,
        ),
      ];
    case "TAKE_WITHOUT_SOUND":
      if (!take) return [];
      return [
        is(sayFlag(day, take, "MOS", true), "It is MOS", `${take.called}: MOS`),
        soundForm(day, take, sends),
      ];
    case "TAKE_WITHOUT_PICTURE":
      if (!take) return [];
      return [
        clipForm(day, take, sends),
        is(sayFlag(day, take, "FALSE_START", true), "It is a false start", `${take.called}: false start`),
      ];
    case "DOUBLED_TAKE":
      return take ? doubled(day, take, sends, is) : [];
    default:
      // A row names a recording that is not there, or several may be meant: saying which one it is settles it.
      if (!take) return [];
      return [
        entry.where.some(({ source }) => source === "SOUND")
          ? soundForm(day, take, sends)
          : clipForm(day, take, sends),
      ];
  }
}

type Sends = (said: Said, done: string) => void;

function doubled(
  day: ShootingDay,
  take: Take,
  sends: Sends,
  is: (said: Said, words: string, done: string) => HTMLElement,
): HTMLElement[] {
  const names = take.clips.map(({ name }) => name).join(", ");
  const forms = take.clips.map(({ id, name }) => {
    const form = takeForm(
      day,
      name,
      (board, number) =>
        sends(sayTake(day, recordingsSaid(day, [id]), board, number), `${name} is ${board} take ${number}`),
      { board: boardOf(take), take: text(take.take) },
    );
    form.prepend(h("bdi", { class: "mend-name" }, visible(name)));
    return form;
  });
  const all = recordingsSaid(
    day,
    take.clips.map(({ id }) => id),
  );
  const both = { ...identityOf(day, take), ...all };
  return [...forms, is(both, "It really has all of them", `${take.called} has ${names}`)];
}

function clipForm(day: ShootingDay, take: Take, sends: Sends): HTMLElement {
  return nameForm(day, "clips", "Its clip", (name, id) => {
    const others = take.clips.filter((part) => part.id !== id && part.name !== name).map((part) => part.id);
    const said = recordingsSaid(day, id ? [...others, id] : others);
    const clips = [...(said.clips ?? []), ...(id ? [] : [name])];
    sends({ ...identityOf(day, take), ...said, clips }, `${take.called} is ${name}`);
  });
}

function soundForm(day: ShootingDay, take: Take, sends: Sends): HTMLElement {
  return nameForm(day, "sounds", "Its sound", (name, id) => {
    const said = id ? recordingsSaid(day, [id]) : { sounds: [name] };
    sends({ ...identityOf(day, take), ...said }, `${take.called} has ${name}`);
  });
}

export function nameOf(day: ShootingDay, { clip, sound }: Pick<Waiting, "clip" | "sound">): string {
  return (clip ? day.clips[clip]?.name : sound ? day.sounds[sound]?.name : "") ?? "";
}

let lists = 0;

/** A field that knows the names there are, in the order of their letters. */
function suggesting(
  name: string,
  label: string,
  known: Iterable<string>,
  value = "",
): [HTMLElement, HTMLInputElement] {
  lists += 1;
  const id = `known-${lists}`;
  const input = h("input", {
    type: "text",
    name,
    value,
    required: true,
    list: id,
    maxlength: String(MOST_CHARACTERS),
    autocomplete: "off",
    spellcheck: "false",
  });
  const options = [...new Set(known)].filter(Boolean).map((each) => h("option", { value: each }));
  return [h("label", { class: name }, h("span", {}, label), input, h("datalist", { id }, ...options)), input];
}

function takeForm(
  day: ShootingDay,
  of: string,
  send: (board: string, take: string) => void,
  now = { board: "", take: "" },
): HTMLElement {
  const british = day.takes.some(({ slate }) => slate) && !day.takes.some(({ setup }) => setup);
  const boards = day.takes.map(boardOf);
  const [boardField, board] = suggesting("board", british ? "Slate" : "Setup", boards, now.board);
  const [takeField, take] = suggesting("take", "Take", [], now.take);
  return sending(
    `What ${visible(of)} is`,
    [boardField, takeField],
    () => send(board.value.trim(), take.value.trim()),
    "Link",
  );
}

/** `send` is told the id, too, of what was chosen from those that are there. */
function nameForm(
  day: ShootingDay,
  kind: Kind,
  label: string,
  send: (name: string, id: string | undefined) => void,
): HTMLElement {
  const known = namesOf(day, kind);
  const [node, input] = suggesting("recording", label, known.keys());
  return sending(
    label,
    [node],
    () => {
      const name = input.value.trim();
      send(name, known.get(name));
    },
    "Link",
  );
}

function sending(label: string, fields: HTMLElement[], send: () => void, words: string): HTMLElement {
  const form = h(
    "form",
    { class: "mend-form", "aria-label": label },
    ...fields,
    h("button", { type: "submit", class: "button small" }, words),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    send();
  };
  return form;
}
