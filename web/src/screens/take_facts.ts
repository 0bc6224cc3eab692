/** What is known of a take, who says so, and where they differ. */

import type { ClipPart, Conflict, Fact, Said, Saying, ShootingDay, SoundPart, Take } from "../contracts";
import { parseRational } from "../film/rational";
import { lookOf } from "../film/states";
import { FLAGS, isA, valueWords } from "../film/takes";
import { count, duration, kilohertz } from "../film/words";
import { address, type DayPlace } from "../place";
import { type Child, h } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible, visibleLines } from "../ui/names";
import { conflictChoices } from "./day_conflict";
import { fieldWords, flagWords } from "./day_words";
import { citesWords, howWords, offSpeed, soundWords } from "./take_words";

/** What a person says of a conflict, and the value that is right. */
export type SaySettled = (conflict: Conflict, said: Said, value: string) => void;

/** `null` as a value is said in the last words, never left out. */
type Row = [name: string, value: Child, by: string | null];

export function takeFacts(place: DayPlace, day: ShootingDay, take: Take, say: SaySettled): HTMLElement {
  const conflicts = conflictsOf(day, take);
  return h(
    "div",
    { class: "take-facts" },
    conflicts.length > 0 && differences(day, conflicts, say),
    waiting(day, take),
    take.notes.length > 0 && notes(take.notes),
    h(
      "div",
      { class: "facts-table" },
      itself(take),
      ...take.clips.map((part) => camera(place, day, part)),
      ...take.sounds.map((part) => sound(day, part)),
    ),
  );
}

/** What is disputed of a take, and of the clips and sounds that are in it. */
export function conflictsOf(day: ShootingDay, take: Take): Conflict[] {
  const parts = new Set([...take.clips, ...take.sounds].map(({ id }) => id));
  return day.conflicts.filter(
    (each) => each.take === take.id || parts.has(each.clip ?? "") || parts.has(each.sound ?? ""),
  );
}

/** Side by side, to be settled here. */
function differences(day: ShootingDay, conflicts: Conflict[], say: SaySettled): HTMLElement {
  return h(
    "section",
    { class: "differences" },
    h("h2", {}, icon("alert"), "Said in different ways"),
    ...[...conflicts]
      .sort((a, b) => Number(a.settled) - Number(b.settled))
      .map((conflict) => {
        const part = day.clips[conflict.clip ?? ""]?.name ?? day.sounds[conflict.sound ?? ""]?.name;
        return h(
          "div",
          { class: conflict.settled ? "difference done" : "difference" },
          h(
            "h3",
            {},
            capital(fieldWords(conflict.field)),
            part !== undefined && h("bdi", { class: "quiet" }, visible(part)),
            conflict.settled && h("span", { class: "quiet" }, "settled by a person"),
          ),
          conflictChoices(day, conflict, (said, value) => say(conflict, said, value)),
        );
      }),
  );
}

/** What of it waits for a person; conflicts are told by themselves. */
function waiting(day: ShootingDay, take: Take): HTMLElement | null {
  const own = day.worklist.filter((each) => each.take === take.id && each.lack !== "CONFLICT");
  if (own.length === 0) return null;
  return h(
    "section",
    { class: "take-waits" },
    ...own.map(({ sentence, next_step }) =>
      h("p", {}, h("b", {}, visible(sentence)), " ", h("span", { class: "then" }, visible(next_step))),
    ),
  );
}

function notes(told: Saying[]): HTMLElement {
  return h(
    "section",
    { class: "take-notes" },
    h("h2", {}, "Notes"),
    ...told.map(({ value, by }) =>
      h(
        "p",
        {},
        h("span", { class: "note" }, visibleLines(valueWords(value))),
        h("span", { class: "by" }, citesWords(by)),
      ),
    ),
  );
}

function itself(take: Take): HTMLElement {
  const flags = Object.entries(take.flags).flatMap(([flag, fact]): Row[] =>
    fact.value === true || fact.others.length > 0
      ? [[capital(flagWords(flag)), valueWords(fact.value), citesWords(fact.by)]]
      : [],
  );
  return section("Take", [
    said("Scene", take.scene),
    take.setup || !take.slate ? said("Setup", take.setup) : null,
    take.slate && said("Slate", take.slate),
    said("Take", take.take),
    ...flags,
    ...factRows(take.facts),
    ["Told by", take.by.length > 0 ? citesWords(take.by) : "nobody: its recordings alone", null],
  ]);
}

function camera(place: DayPlace, day: ShootingDay, part: ClipPart): HTMLElement {
  const clip = day.clips[part.id];
  if (!clip) return section(part.name, []);
  const at = { ...place, at: "clip", roll: clip.roll, clipId: clip.clip_id, version: clip.version } as const;
  const link = h("a", { class: "link", href: address({ ...at, frame: part.first }) }, visible(clip.name));
  const { numerator, denominator } = parseRational(clip.rate);
  const length = duration(`${BigInt(part.length) * denominator}/${numerator}`);
  const whole = part.first === 0 && part.length === clip.frames;
  const range = `frames ${part.first} to ${part.first + part.length - 1} of ${clip.frames}`;
  return section(
    `Camera ${visible(clip.camera ?? "?")}`,
    [
      ["Clip", link, null],
      part.facts.roll?.value === clip.roll ? null : ["Card", visible(clip.roll), null],
      ["Part", `${length} · ${whole ? `all of its ${count(clip.frames, "frame")}` : range}`, null],
      ["Timecode", clip.start_timecode ?? "none in the file", null],
      clip.media ? null : ["Picture", lookOf(clip.state).word, null],
      ...factRows(part.facts),
      ["Tied by", howWords(part), part.by.length > 0 ? citesWords(part.by) : null],
      ["Sound", soundWords(clip).sentence, null],
    ],
    offSpeed(part, clip),
    part.at_s === null ? NOT_TOGETHER : null,
    ...clip.listed.map(({ sentence }) => visible(sentence)),
  );
}

function sound(day: ShootingDay, part: SoundPart): HTMLElement {
  const file = day.sounds[part.id];
  if (!file) return section(part.name, []);
  const tracks = Object.entries(file.tracks).map(([channel, name]) => `${channel} ${visible(name)}`);
  return section(
    "Sound",
    [
      ["File", visible(file.name), null],
      ["Roll", visible(file.roll), null],
      ["Length", `${duration(`${part.length}/${file.rate}`)} · ${kilohertz(file.rate)}`, null],
      ["Timecode", file.start_timecode ?? "none in the file", null],
      ["Tracks", tracks.join(" · ") || count(file.channels, "channel"), null],
      ...factRows(part.facts),
      ["Tied by", howWords(part), part.by.length > 0 ? citesWords(part.by) : null],
    ],
    ...file.remarks.map(visible),
  );
}

const NOT_TOGETHER =
  "Nobody knows when it ran beside the others: it shares no timecode and no sound with them. It plays alone.";

function factRows(facts: Record<string, Fact>): Row[] {
  return Object.entries(facts).map(([name, fact]) => said(capital(fieldWords(name)), fact));
}

function said(name: string, fact: Fact | null): Row {
  return fact ? [name, visible(valueWords(fact.value)), citesWords(fact.by)] : [name, null, null];
}

function section(title: string, rows: (Row | null)[], ...remarks: (string | null)[]): HTMLElement {
  const told = rows.filter((row) => row !== null);
  return h(
    "section",
    {},
    h("h2", {}, title),
    h(
      "dl",
      {},
      ...told.flatMap(([name, value, by]) => [
        h("dt", {}, name),
        h(
          "dd",
          value === null ? { class: "absent" } : {},
          value === null ? "nobody says" : h("bdi", {}, value),
          by !== null && h("span", { class: "by" }, by),
        ),
      ]),
    ),
    ...remarks.map((remark) => remark !== null && h("p", { class: "remark" }, icon("alert"), remark)),
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a take is, in one line of marks: the circle first. */
export function takeMarks(take: Take): HTMLElement {
  return h(
    "span",
    { class: "take-marks" },
    isA(take, "CIRCLED") && h("b", { class: "circled", title: "circled" }, "circled"),
    ...FLAGS.flatMap(([flag, mark, words]) => (isA(take, flag) ? [h("abbr", { title: words }, mark)] : [])),
  );
}
