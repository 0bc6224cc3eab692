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

/** In which order states are counted: what a person has to act on first. */
export const COUNTED = [
  "REJECTED",
  "NEEDS_ATTENTION",
  "WAITING",
  "RECEIVED",
  "INSPECTED",
  "TRANSCODED",
  "DELIVERED",
  "KEPT",
];

/** How a state looks. One that a newer studio invented is shown by its own name. */
export function lookOf(state: string): StateLook {
  return LOOKS[state] ?? { word: state, shape: "question", tone: "quiet" };
}

/** True while something still happens to it. */
export function isOpen(state: string): boolean {
  return lookOf(state).tone === "moving";
}
