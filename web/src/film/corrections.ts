/** What a person says of takes and recordings, as the studio takes it, and how the day looks once it is believed. */

import type { ClipPart, Conflict, Fact, Flag, Said, ShootingDay, Take, Waiting } from "../contracts";
import { boardOf, text } from "./takes";

/** What is said, of what, and what on the worklist is done with it. */
export interface Correcting {
  said: Said;
  take: string | null;
  settles: Waiting | null;
  /** As somebody is told that it was done: "12A take 3: circled". */
  done: string;
}

/** How a person's own words are cited until the studio has them. */
const YOU = { source: "PERSON", paper: "you", line: 0 } as const;

/** What tells a take from all others. One without a number is known by its recording. */
export function identityOf(day: ShootingDay, take: Take): Said {
  const { setup, slate, scene, number } = take;
  if (number.setup === "") return recordingsOf(day, take);
  const board = setup ? { setup: text(setup) } : slate ? { slate: text(slate) } : { scene: text(scene) };
  const named = Object.values(board)[0] ? board : { setup: number.setup };
  return { ...named, take: text(take.take) || number.take };
}

function recordingsOf(day: ShootingDay, { clips, sounds }: Pick<Take, "clips" | "sounds">): Said {
  return recordingsSaid(
    day,
    [...clips, ...sounds].map(({ id }) => id),
  );
}

export type Kind = "clips" | "sounds";

/** Clips and sounds by their names, and by their roll where another recording of the day is called so, too: of several
 * rolls each name has its own before it. */
export function recordingsSaid(day: ShootingDay, ids: readonly string[]): Said {
  const said: Said = {};
  for (const [kind, roll] of [
    ["clips", "roll"],
    ["sounds", "sound_roll"],
  ] as const) {
    const named = ids.flatMap((id) => (day[kind][id] ? [{ id, name: day[kind][id].name }] : []));
    if (named.length === 0) continue;
    const times = timesOf(day, kind);
    const [only, ...others] = new Set(named.map(({ id }) => rollOf(day, kind, id)));
    const isShared = ({ name }: { name: string }) => times.get(name) !== 1;
    const calls = (each: { id: string; name: string }) =>
      others.length > 0 && isShared(each) ? `${rollOf(day, kind, each.id)}/${each.name}` : each.name;
    said[kind] = named.map(calls);
    if (only && others.length === 0 && named.some(isShared)) said[roll] = only;
  }
  return said;
}

/** The day's clips or sounds as they are chosen from, and their ids: with their rolls where the name is not enough. */
export function namesOf(day: ShootingDay, kind: Kind): Map<string, string> {
  const times = timesOf(day, kind);
  return new Map(
    Object.entries(day[kind]).map(([id, { name }]) => [
      times.get(name) === 1 ? name : `${name}, roll ${rollOf(day, kind, id)}`,
      id,
    ]),
  );
}

/** How many recordings have each name. */
function timesOf(day: ShootingDay, kind: Kind): Map<string, number> {
  const times = new Map<string, number>();
  for (const { name } of Object.values(day[kind])) times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}

/** The roll by which the studio finds it: of a sound the one that stands in its own header, where that is told. */
function rollOf(day: ShootingDay, kind: Kind, id: string): string {
  const { name = "", roll = "" } = day[kind][id] ?? {};
  if (kind === "clips") return roll;
  const fact = day.takes.flatMap(({ sounds }) => sounds).find((part) => part.id === id)?.facts.sound_roll;
  const own = [fact, ...(fact?.others ?? [])].find((each) => each?.by.some(({ paper }) => paper === name));
  return own ? text(own) : roll;
}

export function sayFlag(day: ShootingDay, take: Take, flag: Flag, value: boolean): Said {
  return { ...identityOf(day, take), flags: { [flag]: value } };
}

/** A number alone is a British slate, where this day has such; else it is a setup. */
export function boardSaid(day: ShootingDay, board: string): Said {
  const known = day.takes.find((take) => boardOf(take).toLowerCase() === board.toLowerCase());
  if (known) return known.setup || !known.slate ? { setup: board } : { slate: board };
  const british = day.takes.some(({ slate }) => slate) && !day.takes.some(({ setup }) => setup);
  return british || (/^\d+$/.test(board) && day.takes.some(({ slate }) => slate))
    ? { slate: board }
    : { setup: board };
}

/** What something that waits is about, where that is a recording; null where it is none, or not here. */
export function recordingSaid(
  day: ShootingDay,
  { clip, sound }: Pick<Waiting, "clip" | "sound">,
): Said | null {
  const said = recordingsSaid(day, [clip ?? sound ?? ""]);
  return said.clips || said.sounds ? said : null;
}

/** Recordings, and the take that they are. */
export function sayTake(day: ShootingDay, of: Said, board: string, take: string): Said {
  return { ...of, ...boardSaid(day, board), take };
}

/** Why a take's number cannot be typed over; null where it can. */
export function fixedNumber(day: ShootingDay, take: Take): string | null {
  const recordings = [...take.clips, ...take.sounds];
  if (recordings.length === 0)
    return "No recording belongs to this take: its number stands in the papers alone.";
  const mine = new Set(recordings.map(({ id }) => id));
  const shared = day.takes.some(
    (other) => other.id !== take.id && [...other.clips, ...other.sounds].some(({ id }) => mine.has(id)),
  );
  return shared ? "Several takes are in this recording: the papers part them." : null;
}

/** A take as somebody edits it, field by field. `lens`: by the clip's id. */
export interface Edited {
  scene: string;
  board: string;
  take: string;
  lens: Record<string, string>;
  flags: Partial<Record<Flag, boolean>>;
  note: string;
}

export function editedOf(take: Take): Edited {
  const flags = Object.fromEntries(
    Object.entries(take.flags).map(([flag, { value }]) => [flag, value === true]),
  );
  return {
    scene: text(take.scene),
    board: boardOf(take),
    take: text(take.take),
    lens: Object.fromEntries(take.clips.map(({ id, facts }) => [id, text(facts.lens)])),
    flags,
    note: "",
  };
}

/** What somebody changed → what is to be said: of each clip whose lens is another, and of the take. */
export function editsOf(day: ShootingDay, take: Take, was: Edited, now: Edited): Said[] {
  const found: Said[] = [];
  for (const { id } of take.clips)
    if ((now.lens[id] ?? "") !== (was.lens[id] ?? "") && now.lens[id])
      found.push({ ...recordingsSaid(day, [id]), lens: now.lens[id] });
  const said: Said = {};
  if (now.scene !== was.scene && now.scene) said.scene = now.scene;
  const flags = Object.entries(now.flags).filter(
    ([flag, value]) => value !== (was.flags[flag as Flag] ?? false),
  );
  if (flags.length > 0) said.flags = Object.fromEntries(flags);
  if (now.note) said.note = now.note;
  const moves = now.board !== was.board || now.take !== was.take;
  if (moves && now.board && now.take)
    found.push({ ...said, ...sayTake(day, recordingsOf(day, take), now.board, now.take) });
  else if (Object.keys(said).length > 0) found.push({ ...said, ...identityOf(day, take) });
  return found;
}

/** A conflict, and the value that is right → what a person says; null where it can only be said in another way. */
export function settling(day: ShootingDay, conflict: Conflict, value: string | boolean): Said | null {
  const { field } = conflict;
  const take = day.takes.find(({ id }) => id === conflict.take);
  const recording = recordingSaid(day, conflict);
  if (take) {
    if (typeof value === "boolean") return sayFlag(day, take, field as Flag, value);
    if (field === "scene") return { ...identityOf(day, take), scene: value };
    const moved = { board: boardOf(take), take: text(take.take) };
    if (field === "take") moved.take = value;
    else moved.board = value;
    return sayTake(day, recordingsOf(day, take), moved.board, moved.take);
  }
  if (!recording || typeof value === "boolean") return null;
  if (field === "take") return takeCalled(day, recording, value);
  if (field === "starts") {
    const part = conflict.clip ?? conflict.sound;
    const held = day.takes.find((each) => [...each.clips, ...each.sounds].some(({ id }) => id === part));
    return held ? { ...recording, ...identityOf(day, held) } : null;
  }
  const told = field === "sensor_fps" ? rateSaid(value) : value;
  return told === null ? null : { ...recording, [field]: told };
}

/** "23.976", "48" or "24000/1001" → the exact rate that is meant; null for what is none. */
export function rateSaid(text: string): string | null {
  if (/^\d{1,12}\/0*[1-9]\d{0,11}$/.test(text)) return text;
  const [, whole, digits = ""] = /^(\d{1,5})(?:[.,](\d{1,3}))?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const rate = Number(`${whole}.${digits || 0}`);
  if (rate === 0) return null;
  // What papers call 23.98 is 24 slowed by a thousandth part; so are 29.97 and its like.
  const slowed = Math.round(rate * 1.001);
  if (digits.length > 1 && Math.abs(rate * 1.001 - slowed) < SLOWED) return `${slowed * 1000}/1001`;
  return `${Number(whole + digits)}/${10 ** digits.length}`;
}

/** How far two decimals of a slowed rate may be off. */
const SLOWED = 0.006;

/** "12A take 3" → what says that a recording is it; null for what names no single take. */
function takeCalled(day: ShootingDay, recording: Said, called: string): Said | null {
  const known = day.takes.find((each) => each.called === called && each.number.setup !== "");
  if (known) return { ...recording, ...identityOf(day, known) };
  const [, board, take] = /^([^,]+) take ([^,]+)$/.exec(called) ?? [];
  return board && take ? sayTake(day, recording, board, take) : null;
}

/** The day as it is once what somebody says is believed, until the studio has folded it anew. */
export function withSaid(day: ShootingDay, { said, take: id, settles }: Correcting): ShootingDay {
  const worklist = settles ? day.worklist.filter((each) => !sameWaiting(each, settles)) : day.worklist;
  const conflicts = settles
    ? day.conflicts.map((each) => (isOf(each, settles) ? { ...each, settled: true } : each))
    : day.conflicts;
  return {
    ...day,
    worklist,
    conflicts,
    takes: day.takes.map((take) => (take.id === id ? told(take, said) : take)),
  };
}

function told(take: Take, said: Said): Take {
  const fact = (was: Fact | null | undefined, value: string | boolean): Fact =>
    was?.value === value ? was : { value, by: [YOU], others: [] };
  const flags = { ...take.flags };
  for (const [flag, value] of Object.entries(said.flags ?? {}))
    flags[flag as Flag] = fact(flags[flag as Flag], value);
  const lens = said.lens;
  const clip = (part: ClipPart): ClipPart =>
    typeof lens === "string" && said.clips?.includes(part.name)
      ? { ...part, facts: { ...part.facts, lens: fact(part.facts.lens, lens) } }
      : part;
  const own = take.number.setup !== "" && said.take !== undefined;
  return {
    ...take,
    flags,
    clips: take.clips.map(clip),
    notes: said.note ? [...take.notes, { value: said.note, by: [YOU] }] : take.notes,
    ...(own && said.scene !== undefined && { scene: fact(take.scene, said.scene) }),
    ...(own && said.setup !== undefined && take.setup && { setup: fact(take.setup, said.setup) }),
    ...(own && said.slate !== undefined && take.slate && { slate: fact(take.slate, said.slate) }),
    ...(own && { take: fact(take.take, said.take ?? "") }),
  };
}

export function sameWaiting(one: Waiting, other: Waiting): boolean {
  return (["lack", "take", "clip", "sound", "about"] as const).every((name) => one[name] === other[name]);
}

/** The conflict that an entry of the worklist is about. */
export function isOf(conflict: Conflict, entry: Waiting): boolean {
  if (entry.lack !== "CONFLICT" || conflict.field !== entry.about) return false;
  return (["take", "clip", "sound"] as const).every((name) => conflict[name] === entry[name]);
}
