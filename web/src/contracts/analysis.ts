/** What models were asked of a clip, and what they answered. Words in it were read or heard: they are only ever shown as text. */

import type { FrameSpan } from "./clip";

export type AnalysisKind = "FRAMES" | "FACES" | "PEOPLE" | "SLATE" | "SPEECH" | "SHOTS";
export type AnalysisState = "ORDERED" | "ASKED" | "ANSWERED" | "LEFT_OUT" | "NEEDS_ATTENTION";

/** One kind that was looked at in a clip, and where that stands. */
export interface Analysis {
  kind: AnalysisKind;
  state: AnalysisState;
  /** Why there is no answer. */
  why: { code: string; sentence: string } | null;
  /** Which model was asked. */
  model: { name: string; version: string } | null;
  /** When the answer came that counts. */
  answered_at: string | null;
}

/** Scene, setup, the number of a British slate, and take; what nobody told is empty. */
export interface Slate {
  scene: string | null;
  setup: string | null;
  slate: string | null;
  take: string | null;
}

/** Who told it: a person, the editor's log, or the picture itself, which is believed last. */
export type SlateFrom = "PERSON" | "PAPER" | "ALE" | "SLATE";

/** What may be a character in a clip, from the first frame of its faces to their last. */
export interface Appearance extends FrameSpan {
  character: string;
  name: string;
  /** Where the face is that is most alike. */
  best: number;
  /** Which face of that frame it is; others may be in it, too. */
  box: Box | null;
  /** Of that face: small for faces that are alike. */
  distance: number;
}

/** A part of the picture, as shares of it. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One sampled frame before any look; values are shares of the full range. */
export interface FrameLook {
  frame: number;
  mean: number;
  black: number;
  middle: number;
  white: number;
  clipped: number;
  crushed: number;
  red: number;
  green: number;
  blue: number;
  sharpness: number;
}

export interface FacesAnswer {
  looked_at: number;
  most_at_once: number;
  tracks: (FrameSpan & { best: number; confidence: number; pixels: number; box: Box })[];
}

export interface PeopleAnswer {
  looked_at: number;
  people: { frame: number; box: Box; wardrobe: { colour: string; share: number; rgb: string }[] }[];
}

export interface SlateField {
  text: string;
  confidence: number;
  frame: number;
}

/** What is unsure is absent. */
export type SlateAnswer = Partial<
  Record<"scene" | "slate" | "take" | "roll" | "camera" | "mos", SlateField>
> &
  Partial<Record<"first" | "last", number>>;

export interface SpokenWord {
  text: string;
  start_s: number;
  end_s: number;
  probability: number;
}

export interface SpeechAnswer {
  spoken: { start_s: number; end_s: number }[];
  language?: string;
  language_probability?: number;
  /** When "action" and "cut" are called, where they are heard. */
  action_s?: number;
  cut_s?: number;
  words: SpokenWord[];
}

export interface ShotsAnswer {
  cuts: { frame: number; confidence: number }[];
}

/** What came of each kind that was answered. */
export interface Answers {
  FRAMES: { samples: FrameLook[] };
  FACES: FacesAnswer;
  PEOPLE: PeopleAnswer;
  SLATE: SlateAnswer;
  SPEECH: SpeechAnswer;
  SHOTS: ShotsAnswer;
}

/** What analysis has cost a production. */
export type Spend =
  | { may_see: false }
  | {
      may_see: true;
      spent_usd: number;
      /** Null where nobody set a limit. */
      budget_usd: number | null;
      answers: number;
      /** Answers that came a second time, and cost again. */
      duplicates: number;
    };

/** What is to be looked at again: one clip, a roll, or all of a production. */
export interface NewAnalysis {
  roll: { unit: string; day: string; roll: string } | null;
  clip_id: string | null;
  version: string | null;
  /** Ask once more what failed or was left out. */
  failed: boolean;
}
