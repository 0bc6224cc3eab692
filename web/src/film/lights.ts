/** A card's verdict in words: the answer to "may it be formatted?", each light told apart by words and a shape. */

import type { Axis, Deed, Light } from "../contracts";
import type { IconName } from "../ui/icons";
import type { Tone } from "./states";

export interface LightLook {
  /** What stands on the panel. */
  readonly answer: string;
  /** The same in a list. */
  readonly word: string;
  readonly shape: IconName;
  readonly tone: Tone;
}

const LIGHTS: Record<Light, LightLook> = {
  GREEN: { answer: "SAFE TO FORMAT", word: "Safe to format", shape: "check", tone: "good" },
  AMBER: { answer: "NOT YET SAFE TO FORMAT", word: "Not yet safe", shape: "alert", tone: "care" },
  RED: { answer: "DO NOT FORMAT", word: "Do not format", shape: "cross", tone: "bad" },
};
const UNJUDGED: LightLook = {
  answer: "NOT JUDGED YET",
  word: "Not judged yet",
  shape: "question",
  tone: "quiet",
};

/** How a light looks. Null, and one that a newer studio invented, is never taken for safe. */
export function lightOf(light: Light | null): LightLook {
  return (light && LIGHTS[light]) || UNJUDGED;
}

/** The worst first. */
export const LIGHT_ORDER: readonly Light[] = ["RED", "AMBER", "GREEN"];

export const AXES: readonly { axis: Axis; word: string; asks: string }[] = [
  { axis: "BITS", word: "Bits", asks: "Are the bytes those of the card, on enough copies?" },
  { axis: "PICTURE", word: "Picture", asks: "Was every clip decoded whole, or viewed by a person?" },
];

const CODES: Record<string, string> = {
  UPLOAD_UNFINISHED: "Upload not finished",
  NO_MANIFEST: "No manifest",
  ORIGIN_UNPROVEN: "Origin unproven",
  BAD_SIDECAR: "Manifest at fault",
  FILE_MISSING: "Files missing",
  SPAN_MISSING: "Spans missing",
  FILE_CHANGED: "Bytes changed",
  FILE_TRUNCATED: "Files cut short",
  FILE_EMPTY: "Empty files",
  FILE_UNLISTED: "Not in the manifest",
  FILE_NOT_TAKEN: "Not taken along",
  FILE_UNVERIFIED: "Not compared yet",
  COPY_DIFFERS: "A copy differs",
  COPIES_LACKING: "Copies lacking",
  CLIP_GAP: "Gap in the clip numbers",
  STRUCTURE_LACKING: "Card structure incomplete",
  CHANGING: "Still changing",
  PICTURE_REJECTED: "Clips rejected",
  PICTURE_UNCHECKED: "Picture not checked",
  PICTURE_PENDING: "Pictures on the way",
  PICTURE_SIGNED_OFF: "Signed off as it is",
};

/** A reason's code → its heading. One that a newer studio invented is shown by its own name. */
export function codeWords(code: string): string {
  return CODES[code] ?? code;
}

/** What a person does to a card: as a button asks it, and as the history tells it. */
export const DEEDS: Record<Deed, { asks: string; told: string }> = {
  RELEASE: { asks: "Release", told: "Released" },
  ACKNOWLEDGE: { asks: "Acknowledge", told: "Acknowledged" },
  SIGN_OFF: { asks: "Sign off", told: "Signed off" },
  ADD_COPY: { asks: "Add copy", told: "Copy added" },
};

const ORIGINS: Record<string, string> = {
  CARD: "The digests were made while reading the card itself.",
  COPY: "The digests were made from a copy: they prove nothing about the card.",
};

export function originWords(origin: string): string {
  return ORIGINS[origin] ?? "Nobody says what the digests were made from.";
}

/** Whose deeds a card takes. */
export function mayAct(roles: readonly string[]): boolean {
  return roles.includes("camera") || roles.includes("admin");
}
