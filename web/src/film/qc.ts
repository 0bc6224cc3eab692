/** What quality control looks for, in words. */

import type { Finding } from "../contracts";

/** Each kind as a heading, and as what one looks for. */
const KINDS: Record<string, [found: string, sought: string]> = {
  BLACK: ["Black picture", "black pictures"],
  FROZEN: ["Frozen picture", "frozen pictures"],
  SILENT: ["Silence", "silence"],
  CLIPPED_HIGHLIGHTS: ["Clipped highlights", "clipped highlights"],
  INTERLACED: ["Interlaced", "interlaced pictures"],
  OTHER_RATE: ["Off-speed", "other rates"],
  TIMECODE_JUMP: ["Timecode jump", "timecode jumps"],
  LOUD: ["Loud sound", "loud sound"],
  HIDDEN_FRAMES: ["Hidden frames", "hidden frames"],
  SOFT_FOCUS: ["Soft focus", "soft focus"],
};

/** A kind as a heading. One that a newer studio invented is shown by its own name. */
export function kindWords(kind: string): string {
  return KINDS[kind]?.[0] ?? ownName(kind);
}

function ownName(kind: string): string {
  return kind.toLowerCase().replaceAll("_", " ");
}

/** Nothing was found: of what? The recipe is the production's of today, and the words say no more than that. */
export function lookedFor(kinds: readonly string[]): string {
  if (kinds.length === 0) return "Nothing was found: nothing was looked for.";
  const words = kinds.map((kind) => KINDS[kind]?.[1] ?? ownName(kind));
  const last = words.pop();
  return `Nothing was found. What was looked for: ${words.length ? `${words.join(", ")} and ${last}` : last}.`;
}

/** What may be wrong, and what is only good to know, each in the order of the clip; what has no place in it last. */
export function partFindings(findings: readonly Finding[]): { doubtful: Finding[]; information: Finding[] } {
  const first = ({ frames }: Finding) => frames?.first ?? Number.MAX_SAFE_INTEGER;
  const ordered = [...findings].sort((a, b) => first(a) - first(b));
  return {
    doubtful: ordered.filter(({ information }) => !information),
    information: ordered.filter(({ information }) => information),
  };
}

/** What the decode pass tells as spans has a mark of its own on the strip. */
const OWN_MARKS: Record<string, string> = { BLACK: "black", FROZEN: "frozen", SILENT: "silent" };

/** A finding → how it is marked on the strip. */
export function markOf({ kind, information }: Finding): string {
  return OWN_MARKS[kind] ?? (information ? "noted" : "doubtful");
}
