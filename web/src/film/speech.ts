/** What was said, in frames of the proxy: seconds become whole frames in one place, exactly. */

import type { SpokenWord } from "../contracts";
import type { Rational } from "./rational";

/** A pause as long as this begins a new line. */
const PAUSE_S = 0.7;
/** A line of a transcript is read at a glance, as a subtitle is: two lines of 42 characters (Netflix, EBU). */
const MOST_CHARACTERS = 84;

/** A moment of the proxy → the frame that is on the screen then. Models tell microseconds at their finest. */
export function frameOf(seconds: number, { numerator, denominator }: Rational): number {
  return Number((BigInt(Math.round(seconds * 1e6)) * numerator) / (1_000_000n * denominator));
}

/** Words → lines, parted where somebody paused or a line grew too long. */
export function linesOf(words: readonly SpokenWord[]): SpokenWord[][] {
  const lines: SpokenWord[][] = [];
  let line: SpokenWord[] = [];
  let length = 0;
  for (const word of words) {
    const last = line.at(-1);
    if (last && (word.start_s - last.end_s >= PAUSE_S || length + word.text.length > MOST_CHARACTERS)) {
      lines.push(line);
      line = [];
      length = 0;
    }
    line.push(word);
    length += word.text.length + 1;
  }
  return line.length > 0 ? [...lines, line] : lines;
}

/** Which of the starts, in their order, began last at a frame; -1 before the first. */
export function lastBegun(starts: readonly number[], frame: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
