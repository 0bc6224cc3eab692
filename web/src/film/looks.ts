/** Looks in words: how far one reaches, and what a clip's picture is. */

import type { AppliedLook, Look, LookLevel } from "../contracts";
import { byName } from "../ui/names";

/** The nearest first, as a person thinks of them. */
export const LEVELS: readonly LookLevel[] = ["CLIP", "SETUP", "SCENE", "DAY", "SHOW"];

const WORDS: Record<LookLevel, string> = {
  CLIP: "clip",
  SETUP: "setup",
  SCENE: "scene",
  DAY: "day",
  SHOW: "the whole show",
};

/** "day D014", "the whole show", "clip C001 (D014 / A001)". A level that a newer studio invented has its own name. */
export function reachWords({ level, target, roll }: Reach): string {
  return [WORDS[level] ?? level, target, roll && `(${roll.day} / ${roll.roll})`].filter(Boolean).join(" ");
}

/** What is seen. A look's sentence begins with the screen that it is made for: SDR, BT.1886. */
export function pictureWords(look: AppliedLook | null): string {
  return look?.sentence ?? "No look: shown as recorded.";
}

/** The part of a production that a look is for. */
export type Reach = Pick<Look, "level" | "target" | "roll">;

/** What stands for a part of a production: the word that its CDL is of, and the word that its LUT is of. */
export interface Standing extends Reach {
  cdl: Look | null;
  lut: Look | null;
}

/**
 * Everything that was ever set → what stands, from the show to the clip. CDL and LUT each stand until another one is
 * set for the same part; a look with neither takes both back.
 */
export function standing(looks: readonly Look[]): Standing[] {
  const found = new Map<string, Standing>();
  for (const look of [...looks].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const { level, target, roll, cdl, lut } = look;
    const before = cdl || lut ? found.get(keyOf(look)) : undefined;
    const now = { cdl: cdl ? look : (before?.cdl ?? null), lut: lut ? look : (before?.lut ?? null) };
    found.set(keyOf(look), { level, target, roll, ...now });
  }
  return [...found.values()]
    .filter(({ cdl, lut }) => cdl || lut)
    .sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || byName(a.target, b.target));
}

/** "CDL “Warm evening” · ada", and the same of the LUT. */
export function partWords({ cdl, lut }: Standing): string[] {
  const told = (what: string, look: Look | null) => look && `${what} “${look.name}” · ${look.source}`;
  return [told("CDL", cdl), told("LUT", lut)].filter((words) => words !== null);
}

/** Whether two are for the same part of a production, however it was written. */
export function sameReach(a: Reach, b: Reach): boolean {
  return keyOf(a) === keyOf(b);
}

/** A clip may be named with its file's ending or without. */
function keyOf({ level, target, roll }: Reach): string {
  const name = level === "CLIP" ? target.replace(/\.(mov|mp4|mxf|mkv)$/i, "") : target;
  return JSON.stringify([level, name.normalize("NFC").toLowerCase(), roll?.unit, roll?.day, roll?.roll]);
}
