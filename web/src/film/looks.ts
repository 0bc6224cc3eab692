/** Looks in words: how far one reaches, and what a clip's picture is. */

import type { AppliedLook, Look, LookLevel } from "../contracts";

/** The nearest first, as a person thinks of them. */
export const LEVELS: readonly LookLevel[] = ["CLIP", "SETUP", "SCENE", "DAY", "SHOW"];

const WORDS: Record<LookLevel, string> = {
  CLIP: "clip",
  SETUP: "setup",
  SCENE: "scene",
  DAY: "day",
  SHOW: "the whole show",
};

/** "day D014", "the whole show". A level that a newer studio invented is shown by its own name. */
export function reachWords({ level, target }: Pick<Look, "level" | "target">): string {
  return [WORDS[level] ?? level, target].filter(Boolean).join(" ");
}

/** What is seen: a look is made for a screen of standard range, and says so. */
export function pictureWords(look: AppliedLook | null): string {
  return look ? `SDR · BT.1886 · ${look.sentence}` : "No look: shown as recorded";
}

/** "CDL", "LUT Kodak 2383", "CDL and LUT Kodak 2383". */
export function partsOf({ cdl, lut }: Pick<Look, "cdl" | "lut">): string {
  return [cdl && "CDL", lut && `LUT ${lut.name}`].filter(Boolean).join(" and ");
}

/** From the show to the clip, as they are overruled. */
export function byReach(a: Look, b: Look): number {
  return LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level);
}

/** Everything that was ever set → what stands: of each reach the last word, unless that took it back. */
export function standing(looks: readonly Look[]): Look[] {
  const last = [...looks].sort((a, b) => b.at.localeCompare(a.at));
  const newest = last.filter((look, index) => last.findIndex((other) => sameReach(look, other)) === index);
  return newest.filter(({ cdl, lut }) => cdl || lut);
}

type Reach = Pick<Look, "level" | "target" | "roll">;

/** Whether two are for the same part of a production, however it was written. */
export function sameReach(a: Reach, b: Reach): boolean {
  const key = ({ level, target, roll }: Reach) =>
    [level, target.toLowerCase(), roll?.unit, roll?.day, roll?.roll].join("/");
  return key(a) === key(b);
}
