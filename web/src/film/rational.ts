/** Exact rationals, as they travel: "24000/1001". BigInt throughout, so that no frame is lost to a float. */

export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** "24000/1001" → its two integers. Throws on anything else: a rate is never guessed. */
export function parseRational(text: string): Rational {
  const found = /^(\d{1,12})\/(\d{1,12})$/.exec(text);
  if (!found?.[1] || !found[2] || /^0+$/.test(found[2])) throw new RangeError(`not a rational: ${text}`);
  return { numerator: BigInt(found[1]), denominator: BigInt(found[2]) };
}

/** The smallest integer that is not below it: 24000/1001 → 24. */
export function ceiling({ numerator, denominator }: Rational): bigint {
  return (numerator + denominator - 1n) / denominator;
}

/** At most `digits` decimals, rounded from the exact value: 24000/1001 → "23.976", 25/1 → "25". */
export function decimal({ numerator, denominator }: Rational, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const scaled = (2n * numerator * scale + denominator) / (2n * denominator);
  const fraction = String(scaled % scale)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return fraction ? `${scaled / scale}.${fraction}` : String(scaled / scale);
}

/** A frame rate as people and machines say it: "23.976 (24000/1001)"; a whole one is just "25". */
export function rateText(rate: Rational): string {
  const { numerator, denominator } = rate;
  return numerator % denominator === 0n
    ? String(numerator / denominator)
    : `${decimal(rate, 3)} (${numerator}/${denominator})`;
}
