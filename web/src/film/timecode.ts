/**
 * Source timecode, counted in whole frames from an exact rate.
 *
 * Timecode numbers frames by the nominal rate (24 for 24000/1001). Drop-frame skips frame *numbers* at the start
 * of each minute but every tenth, so that 29.97 keeps up with the clock; no frame is ever dropped.
 */

import { ceiling, type Rational } from "./rational";

const TIMECODE = /^(\d{2}):(\d{2}):(\d{2})([:;])(\d{2,3})$/;

export interface Timecode {
  /** How many frames after midnight the first frame is. */
  readonly start: number;
  /** Frame numbers in a second. */
  readonly nominal: number;
  /** Frame numbers that a minute skips; 0 when it is not drop-frame. */
  readonly dropped: number;
}

/** "01:00:00;00" and the clip's rate → where its counting starts. Throws where the text names no frame. */
export function parseTimecode(text: string, rate: Rational): Timecode {
  const found = TIMECODE.exec(text);
  if (!found) throw new RangeError(`not a timecode: ${text}`);
  const [hours, minutes, seconds, frames] = [found[1], found[2], found[3], found[5]].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const nominal = Number(ceiling(rate));
  const dropped = found[4] === ";" ? droppedPerMinute(rate, nominal) : 0;
  const skipped = minutes % 10 !== 0 && seconds === 0 && frames < dropped;
  if (
    hours > 23 ||
    minutes > 59 ||
    seconds > 59 ||
    frames >= nominal ||
    skipped ||
    found[5]?.length !== frameDigits(nominal)
  ) {
    throw new RangeError(`${text} names no frame at ${rate.numerator}/${rate.denominator}`);
  }
  const minute = hours * 60 + minutes;
  const droppedBefore = dropped * (minute - Math.floor(minute / 10));
  return { start: (minute * 60 + seconds) * nominal + frames - droppedBefore, nominal, dropped };
}

/** The text of the clip's n-th frame, counted from 0. It wraps at midnight, as a camera does. */
export function timecodeAt({ start, nominal, dropped }: Timecode, frame: number): string {
  const tenMinutes = 600 * nominal - 9 * dropped;
  const day = 144 * tenMinutes;
  const since = (((start + frame) % day) + day) % day;

  // Put the skipped numbers back in; after that, it is plain division.
  const tens = Math.floor(since / tenMinutes);
  const rest = since % tenMinutes;
  const skippedMinutes = Math.max(0, Math.floor((rest - dropped) / (60 * nominal - dropped)));
  const number = since + dropped * (9 * tens + skippedMinutes);

  const seconds = Math.floor(number / nominal);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const text = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return `${text}${dropped ? ";" : ":"}${String(number % nominal).padStart(frameDigits(nominal), "0")}`;
}

function frameDigits(nominal: number): number {
  return nominal > 100 ? 3 : 2;
}

function droppedPerMinute(rate: Rational, nominal: number): number {
  if (rate.denominator !== 1001n || nominal % 30 !== 0) {
    throw new RangeError(`there is no drop-frame at ${rate.numerator}/${rate.denominator}`);
  }
  return nominal / 15;
}
