/** A shooting day's takes as people think of them: in scenes and setups, circled first, to be found by a word. */

import type { Fact, Flag, Lack, Saying, ShootingDay, Take, Value, Waiting } from "../contracts";
import { decimal, parseRational } from "./rational";
import { parseTimecode } from "./timecode";

/** What a take is besides a take: as it is written on set, and in full. The circle stands by itself. */
export const FLAGS: [flag: Flag, mark: string, words: string][] = [
  ["PICKUP", "PU", "pickup"],
  ["SERIES", "SER", "series"],
  ["MOS", "MOS", "MOS, without sound"],
  ["TAIL_SLATE", "TS", "tail slate"],
  ["FALSE_START", "FS", "false start"],
  ["WILD_TRACK", "WT", "wild track"],
  ["VFX_REFERENCE", "VFX", "VFX reference"],
];

export function isA(take: Take, flag: Flag): boolean {
  return take.flags[flag]?.value === true;
}

/** Whether it is one of the takes where takes are counted: it has a number and is no wild track. */
export function counts(take: Take): boolean {
  return take.number.setup !== "" && !isA(take, "WILD_TRACK");
}

export interface Setup {
  /** 12A, or 127; empty for recordings that got no slate. */
  name: string;
  takes: Take[];
}

export interface Scene {
  name: string;
  setups: Setup[];
}

export type Order = "circled" | "shot";

/** Takes → scenes with their setups, in the order in which people count, or in which they were shot. */
export function scenesOf(day: ShootingDay, takes: readonly Take[], order: Order): Scene[] {
  const shot = order === "shot" ? shotTimes(day) : null;
  const setups = new Map<string, Take[]>();
  for (const take of [...takes].sort(shot ? (a, b) => at(shot, a) - at(shot, b) : numberless)) {
    const of = setups.get(take.number.setup) ?? [];
    of.push(take);
    setups.set(take.number.setup, of);
  }
  const scenes = new Map<string, Scene>();
  for (const of of setups.values()) {
    // A setup is of one scene, even where one of its takes does not say of which.
    const name = of.map(({ scene }) => text(scene)).find(Boolean) ?? "";
    const scene = scenes.get(name) ?? { name, setups: [] };
    const board = of.map(boardOf).find(Boolean) ?? "";
    scene.setups.push({ name: board, takes: shot ? of : of.sort(circledFirst) });
    scenes.set(name, scene);
  }
  return [...scenes.values()];
}

/** What was never slated comes last. */
function numberless(a: Take, b: Take): number {
  return Number(a.number.setup === "") - Number(b.number.setup === "");
}

function circledFirst(a: Take, b: Take): number {
  return Number(isA(b, "CIRCLED")) - Number(isA(a, "CIRCLED"));
}

const DAY_S = 86_400;

/** Takes → seconds since the day began, by timecode. A night that crosses midnight begins after its longest rest. */
function shotTimes(day: ShootingDay): Map<string, number> {
  const starts = new Map<string, number>();
  for (const take of day.takes) {
    const seconds = take.clips.flatMap(({ id, first }) => {
      const clip = day.clips[id];
      if (!clip?.start_timecode) return [];
      const rate = parseRational(clip.rate);
      const { start } = parseTimecode(clip.start_timecode, rate);
      return [((start + first) * Number(rate.denominator)) / Number(rate.numerator)];
    });
    if (seconds.length > 0) starts.set(take.id, Math.min(...seconds));
  }
  const clock = [...new Set(starts.values())].sort((a, b) => a - b);
  const rests = clock.map((time, index) => ({
    time,
    rest: time - (clock[index - 1] ?? (clock.at(-1) ?? 0) - DAY_S),
  }));
  const { time: dawn } = rests.reduce((longest, each) => (each.rest > longest.rest ? each : longest), {
    time: 0,
    rest: 0,
  });
  for (const [take, time] of starts) starts.set(take, time < dawn ? time + DAY_S : time);
  return starts;
}

function at(times: Map<string, number>, take: Take): number {
  return times.get(take.id) ?? 3 * DAY_S;
}

/** What stands on the slate: 12A, or 127. */
export function boardOf(take: Take): string {
  return text(take.setup ?? take.slate) || (take.number.setup ? text(take.scene) || take.number.setup : "");
}

export function text(fact: Saying | null | undefined): string {
  return fact ? valueWords(fact.value) : "";
}

/** A value in words: "yes", "23.976", or as it is written. */
export function valueWords(value: Value): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return /^\d{1,12}\/0*[1-9]\d{0,11}$/.test(value) ? decimal(parseRational(value), 3) : value;
}

/** A lens as people read it: 50 is 50mm. */
export function lensWords(take: Take, day: ShootingDay): string {
  const told = take.clips.flatMap(({ id, facts }) =>
    facts.lens ? [[day.clips[id]?.camera ?? "", lensOf(facts.lens)] as const] : [],
  );
  const own = take.facts.lens ? [lensOf(take.facts.lens)] : [];
  const distinct = [...new Set([...told.map(([, lens]) => lens), ...own])];
  if (distinct.length < 2) return distinct[0] ?? "";
  return [...told.map(([camera, lens]) => `${camera} ${lens}`.trim()), ...own].join(" · ");
}

function lensOf(fact: Fact): string {
  const words = text(fact);
  return /^\d+([.,]\d+)?$/.test(words) ? `${words}mm` : words;
}

/** Worklists, by the names that they have in an address: what waits, and what it is called. */
export const LISTS: [list: string, words: string, lacks: Lack[]][] = [
  ["no-slate", "No slate", ["CLIP_WITHOUT_TAKE"]],
  ["no-sound", "No sound", ["TAKE_WITHOUT_SOUND"]],
  ["conflicts", "Conflicts", ["CONFLICT"]],
];
const OTHERS = "others";

export interface Worklist {
  list: string;
  words: string;
  waiting: Waiting[];
}

/** The day's worklists. What a newer studio lists for other reasons stands among the others. */
export function worklistsOf(day: ShootingDay): Worklist[] {
  const found = LISTS.map(([list, words, lacks]) => ({
    list,
    words,
    waiting: day.worklist.filter(({ lack }) => lacks.includes(lack)),
  }));
  const told = new Set(found.flatMap(({ waiting }) => waiting));
  const rest = day.worklist.filter((each) => !told.has(each));
  return [...found, { list: OTHERS, words: "Others", waiting: rest }];
}

/** Take → how many of its facts, and of those of its recordings, are told in two ways and not settled. */
export function conflictsOf(day: ShootingDay): Map<string, number> {
  const found = new Map<string, number>();
  const takesOf = new Map<string, string[]>();
  for (const take of day.takes)
    for (const { id } of [...take.clips, ...take.sounds])
      takesOf.set(id, [...(takesOf.get(id) ?? []), take.id]);
  for (const { take, clip, sound, settled } of day.conflicts) {
    if (settled) continue;
    const takes = take ? [take] : (takesOf.get(clip ?? sound ?? "") ?? []);
    for (const id of takes) found.set(id, (found.get(id) ?? 0) + 1);
  }
  return found;
}
