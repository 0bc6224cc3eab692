/** A take's time: seconds after the first frame of its earliest clip. What each camera shows at a moment of it. */

import type { Rational } from "../film/rational";

/** The part of a clip that is the take: frames from `first`, `length` of them. `at`: when the clip's frame 0 was. */
export interface Part {
  readonly at: number;
  readonly first: number;
  readonly length: number;
  readonly perSecond: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Before its part begins and after it has ended, a camera stands on that frame, `wait_s` away from it. */
export interface Standing {
  readonly is: "before" | "running" | "after";
  readonly frame: number;
  readonly wait_s: number;
}

/** Parts of a frame: what a number loses on its way through JSON and seconds. */
const LOST = 1e-3;

export function perSecondOf({ numerator, denominator }: Rational): number {
  return Number(numerator) / Number(denominator);
}

/** When the part begins and ends in the take's time. */
export function spanOf({ at, first, length, perSecond }: Part): Span {
  return { from: at + first / perSecond, to: at + (first + length) / perSecond };
}

/** From the first camera's beginning to the last one's end. */
export function wholeSpan(parts: readonly Part[]): Span {
  const spans = parts.map(spanOf);
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

/** The clip's frame that is there at a moment, as if the clip had no beginning and no end. */
export function frameAt({ at, perSecond }: Part, moment: number): number {
  return Math.floor((moment - at) * perSecond + LOST);
}

/** The middle of a clip's frame, in the take's time. */
export function momentOf({ at, perSecond }: Part, frame: number): number {
  return at + (frame + 0.5) / perSecond;
}

/** What a camera shows at a moment. */
export function standingAt(part: Part, moment: number): Standing {
  const { first, length } = part;
  const { from, to } = spanOf(part);
  const frame = frameAt(part, moment);
  if (frame < first) return { is: "before", frame: first, wait_s: from - moment };
  if (frame >= first + length) return { is: "after", frame: first + length - 1, wait_s: moment - to };
  return { is: "running", frame, wait_s: 0 };
}

/** The middle of a camera's frame nearest to a moment, within the take. */
export function frameMiddle(part: Part, moment: number, { from, to }: Span): number {
  const first = Math.ceil((from - part.at) * part.perSecond - 0.5 - LOST);
  const last = Math.floor((to - part.at) * part.perSecond - 0.5 + LOST);
  return momentOf(part, Math.max(first, Math.min(frameAt(part, moment), last)));
}
