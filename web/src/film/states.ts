/** The states of a clip or file, each told apart by a word and a shape; its colour only repeats them. */

import type { IconName } from "../ui/icons";

export type Tone = "moving" | "good" | "bad" | "care" | "quiet";

export interface StateLook {
  readonly word: string;
  readonly shape: IconName;
  readonly tone: Tone;
}

/** The way of a clip that ends well. */
export const STEPS = ["RECEIVED", "INSPECTED", "TRANSCODED", "DELIVERED"];

const LOOKS: Record<string, StateLook> = {
  OPEN: { word: "On the way", shape: "ring", tone: "moving" },
  WAITING: { word: "Waiting", shape: "ring", tone: "moving" },
  JOINED: { word: "Part of a clip", shape: "box", tone: "quiet" },
  RECEIVED: { word: "Received", shape: "ring", tone: "moving" },
  INSPECTED: { word: "Inspected", shape: "ring", tone: "moving" },
  TRANSCODED: { word: "Transcoded", shape: "ring", tone: "moving" },
  DELIVERED: { word: "Delivered", shape: "check", tone: "good" },
  KEPT: { word: "Kept", shape: "box", tone: "quiet" },
  REJECTED: { word: "Rejected", shape: "cross", tone: "bad" },
  NEEDS_ATTENTION: { word: "Needs attention", shape: "alert", tone: "care" },
};

/** How a state looks. One that a newer studio invented is shown by its own name. */
export function lookOf(state: string): StateLook {
  return LOOKS[state] ?? { word: state, shape: "question", tone: "quiet" };
}

/** True while something still happens to it. */
export function isOpen(state: string): boolean {
  return lookOf(state).tone === "moving";
}

/** A state → the group it is counted in: all that is still open is one. */
export function groupOf(state: string): string {
  return isOpen(state) ? "OPEN" : state;
}

/** What a person has to act on comes first. */
const ORDER = ["REJECTED", "NEEDS_ATTENTION", "OPEN", "DELIVERED", "KEPT"];

/** States, each with how many are in it → groups with their sums, none of them empty. */
export function tally(counts: Iterable<[state: string, number: number]>): [group: string, number: number][] {
  const sums = new Map(ORDER.map((group) => [group, 0]));
  for (const [state, number] of counts) sums.set(groupOf(state), (sums.get(groupOf(state)) ?? 0) + number);
  return [...sums].filter(([, number]) => number > 0);
}
