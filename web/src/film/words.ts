/** Figures → the words that people on a set use for them. */

import { decimal, parseRational } from "./rational";

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** 12345678 → "12.3 MB" (decimal units, as on a card's label). */
export function bytes(size: number): string {
  let [value, unit] = [size, 0];
  while (Number(value.toPrecision(3)) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : value.toPrecision(3)} ${UNITS[unit]}`;
}

/** "1001/100" → "10.01 s"; above a minute "2 min 3.5 s". */
export function duration(rational: string): string {
  const exact = parseRational(rational);
  const minutes = exact.numerator / (60n * exact.denominator);
  const rest = {
    numerator: exact.numerator - minutes * 60n * exact.denominator,
    denominator: exact.denominator,
  };
  return minutes === 0n ? `${decimal(exact, 2)} s` : `${minutes} min ${decimal(rest, 1)} s`;
}

/** 1, "clip" → "1 clip"; 2 → "2 clips". */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** A card's files in figures → how far they were compared. */
export function compared({ matched, listed }: { matched: number; listed: number }): string {
  if (listed === 0) return "nothing has been compared yet";
  return `${matched} of ${count(listed, "file")} ${matched === 1 ? "matches" : "match"}`;
}

/** An instant, in the reader's own clock. */
export function instant(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).format(
    new Date(iso),
  );
}

/** 48000 → "48 kHz". */
export function kilohertz(rate: number): string {
  return `${rate / 1000}\u00a0kHz`;
}
