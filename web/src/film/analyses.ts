/** Analyses in words: what was looked at, where it stands, and who may change what. */

import type { Analysis, AnalysisKind, Character, Clip, Scope, SlateFrom } from "../contracts";
import type { Tone } from "./states";

const KINDS: Record<AnalysisKind, string> = {
  SLATE: "Slate",
  SPEECH: "Speech",
  FACES: "Faces",
  PEOPLE: "People and wardrobe",
  SHOTS: "Shots",
  FRAMES: "Frame statistics",
};

/** A kind as a heading. One that a newer studio invented is shown by its own name. */
export function analysisWords(kind: AnalysisKind): string {
  return KINDS[kind] ?? kind;
}

/** In the order in which people ask. */
export function inOrder(analyses: readonly Analysis[]): Analysis[] {
  const order = Object.keys(KINDS);
  return [...analyses].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

const STATES: Record<string, { word: string; tone: Tone; sentence: string }> = {
  ORDERED: { word: "waiting", tone: "moving", sentence: "Waiting for its turn." },
  ASKED: {
    word: "asked",
    tone: "moving",
    sentence: "Waiting for a model to start, or for its answer: the first one takes minutes.",
  },
  ANSWERED: { word: "answered", tone: "quiet", sentence: "" },
  LEFT_OUT: { word: "left out", tone: "quiet", sentence: "It was decided not to ask." },
  NEEDS_ATTENTION: { word: "needs attention", tone: "care", sentence: "There is no answer." },
};

/** Where an analysis stands: a word, and a sentence that says why there is no answer. */
export function stateOf({ state, why }: Pick<Analysis, "state" | "why">): {
  word: string;
  tone: Tone;
  sentence: string;
} {
  const known = STATES[state] ?? { word: state, tone: "quiet", sentence: "" };
  return { ...known, sentence: why?.sentence ?? known.sentence };
}

export function isAwaited({ state }: Analysis): boolean {
  return state === "ORDERED" || state === "ASKED";
}

/** True where asking once more may help. */
export function mayFailLess({ state }: Analysis): boolean {
  return state === "NEEDS_ATTENTION" || state === "LEFT_OUT";
}

/** The analyses of many clips in figures: "12 answered · 2 waiting". */
export function talliedAnalyses(clips: readonly Pick<Clip, "analyses">[]): string {
  const all = clips.flatMap(({ analyses }) => analyses);
  return Object.entries(STATES)
    .map(([state, { word }]) => [all.filter((each) => each.state === state).length, word] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(" · ");
}

export const SLATE_FROM: Record<SlateFrom, string> = {
  PERSON: "told by a person",
  PAPER: "from the day's papers",
  ALE: "from the editor's log",
  SLATE: "read off the slate",
};

/** As it is said on set; null where nothing is known. A setup with its scene in it says both: 12A. */
export function slateWords(
  told: { scene: string | null; setup?: string | null; slate?: string | null; take: string | null } | null,
): string | null {
  if (!told) return null;
  const { scene, setup, slate, take } = told;
  const board = setup && /\d/.test(setup) ? [setup] : [scene && `Scene ${scene}`, setup && `Setup ${setup}`];
  return [...board, slate && `Slate ${slate}`, take && `Take ${take}`].filter(Boolean).join(" · ") || null;
}

/** 0.873 → "87 %". */
export function percent(share: number): string {
  return `${Math.round(share * 100)}\u00a0%`;
}

/** How sure a model is. None is ever quite sure: 0.998 → "> 99 %". */
export function sure(share: number): string {
  return share > 0.99 ? ">\u00a099\u00a0%" : percent(share);
}

export const SCOPES: Record<Scope, { asks: string; means: string }> = {
  SEARCH: { asks: "Search", means: "to be found in the footage" },
  CONSISTENCY: { asks: "Consistency", means: "to be compared from shot to shot" },
  REPLICA: { asks: "Replica", means: "to have a likeness made" },
};

/** Whether a character is looked for today: consent to search that holds. */
export function isSought({ scopes, expires, withdrawn_at }: Character, today: string): boolean {
  return withdrawn_at === null && expires >= today && scopes.includes("SEARCH");
}

/** The day that it is here, as 2026-11-22. */
export function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}
