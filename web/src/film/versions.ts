/** Which of a roll's clips and files count, and what stands for the others. */

import type { CardFile, Clip, RollCard } from "../contracts";
import { lookOf } from "./states";

/** A clip that does not count, and in words what counts in its place. */
export interface Replaced {
  clip: Clip;
  by: string;
}

/** Insertion → the one that has all of it. */
export type Covered = ReadonlyMap<string, string>;

export function coveredOf(card: RollCard | null): Covered {
  const covered = new Map<string, string>();
  for (const { offload, covered_by } of card?.cards ?? []) if (covered_by) covered.set(offload, covered_by);
  return covered;
}

/** Of the versions of a clip the one that was received last counts; of a covered insertion none does. */
export function partVersions(clips: Clip[], covered: Covered): { current: Clip[]; replaced: Replaced[] } {
  const newest = new Map<string, string>();
  for (const clip of clips) {
    for (const file of filesOf(clip)) {
      const known = newest.get(file);
      if (!known || known < clip.received_at) newest.set(file, clip.received_at);
    }
  }
  const current: Clip[] = [];
  const replaced: Replaced[] = [];
  for (const clip of clips) {
    const instead = covered.get(clip.offload);
    const older = filesOf(clip).some((file) => clip.received_at < (newest.get(file) ?? ""));
    if (older) replaced.push({ clip, by: "Replaced by a newer version" });
    else if (instead) replaced.push({ clip, by: `Also in ${instead}, which counts in its place` });
    else current.push(clip);
  }
  return { current, replaced };
}

/** What was on the card itself: our own notes are not, unless something is wrong with one. */
export function ownFiles(files: CardFile[], covered: Covered): CardFile[] {
  return files.filter(({ path, offload, state }) => {
    const wrong = ["bad", "care"].includes(lookOf(state).tone);
    return !covered.has(offload) && (wrong || !path.startsWith(".circletake/"));
  });
}

function filesOf(clip: Clip): string[] {
  return clip.spans.map(({ path }) => `${clip.clip_id} ${path}`);
}
