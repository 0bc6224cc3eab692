/** What quality control looks for, in words. */

import type { Finding } from "../contracts";

const KINDS: Record<string, string> = {
  BLACK: "Black picture",
  FROZEN: "Frozen picture",
  SILENT: "Silence",
  CLIPPED_HIGHLIGHTS: "Clipped highlights",
  INTERLACED: "Interlaced",
  OTHER_RATE: "Off-speed",
  TIMECODE_JUMP: "Timecode jump",
  LOUD: "Loud",
  SOFT_FOCUS: "Soft focus",
};

/** A kind as a heading. One that a newer studio invented is shown by its own name. */
export function kindWords(kind: string): string {
  return KINDS[kind] ?? kind.toLowerCase().replaceAll("_", " ");
}

/** What was looked for, as one calm sentence. */
export function lookedFor(kinds: readonly string[]): string {
  if (kinds.length === 0) return "This production's recipe looks for nothing.";
  const words = kinds.map((kind) => kindWords(kind).toLowerCase());
  const last = words.pop();
  return `Nothing was found. Looked for: ${words.length ? `${words.join(", ")} and ${last}` : last}.`;
}

/** What may be wrong, and what is only good to know, each in the order of the clip. */
export function partFindings(findings: readonly Finding[]): { doubtful: Finding[]; information: Finding[] } {
  const ordered = [...findings].sort((a, b) => (a.frames?.first ?? -1) - (b.frames?.first ?? -1));
  return {
    doubtful: ordered.filter(({ information }) => !information),
    information: ordered.filter(({ information }) => information),
  };
}
