/** Frame statistics → curves to draw, each with its unit. */

import type { FrameLook } from "../contracts";

export interface Curve {
  name: string;
  /** What the figure is, for who asks. */
  means: string;
  /** One value for each sample. */
  values: number[];
  /** The stretch around each value in which most of the picture lies. */
  band: { low: number[]; high: number[] } | null;
  /** The scale of the drawing. */
  from: number;
  to: number;
  words(sample: number): string;
}

/** The samples are 10-bit code values, as shares of their range. */
const CODES = 1023;
/** From here on clipped highlights are worth a word. */
const TOLD_CLIPPED = 0.001;
/** White balance is drawn at least this many stops to either side, so that noise does not look like a change. */
const LEAST_STOPS = 0.25;

/** The samples of a clip → exposure, white balance, contrast and sharpness. */
export function curvesOf(samples: readonly FrameLook[]): Curve[] {
  return [exposure(samples), balance(samples), contrast(samples), sharpness(samples)];
}

function exposure(samples: readonly FrameLook[]): Curve {
  return {
    name: "Exposure",
    means:
      "Median of luma in 10-bit code values before any look; the band lies between the 1st and the 99th percentile",
    values: samples.map(({ middle }) => middle),
    band: { low: samples.map(({ black }) => black), high: samples.map(({ white }) => white) },
    from: 0,
    to: 1,
    words(sample) {
      const { middle = 0, clipped = 0 } = samples[sample] ?? {};
      const lost = clipped >= TOLD_CLIPPED ? `, ${(100 * clipped).toFixed(1)} % clipped` : "";
      return `${Math.round(middle * CODES)} of ${CODES}${lost}`;
    },
  };
}

function balance(samples: readonly FrameLook[]): Curve {
  const values = samples.map(({ red, blue }) => stops(red, blue));
  const most = Math.max(LEAST_STOPS, ...values.map(Math.abs));
  return {
    name: "White balance",
    means: "Red over blue in stops of code values, warmer upwards; and green over the mean of both",
    values,
    band: null,
    from: -most,
    to: most,
    words(sample) {
      const { red = 0, green = 0, blue = 0 } = samples[sample] ?? {};
      return `R/B ${signed(values[sample] ?? 0)}, G ${signed(stops(green, (red + blue) / 2))} stops`;
    },
  };
}

function contrast(samples: readonly FrameLook[]): Curve {
  const values = samples.map(({ white, black }) => white - black);
  return {
    name: "Contrast",
    means: "From the 1st to the 99th percentile of luma, as a share of the range",
    values,
    band: null,
    from: 0,
    to: 1,
    words: (sample) => `${Math.round(100 * (values[sample] ?? 0))} % of the range`,
  };
}

function sharpness(samples: readonly FrameLook[]): Curve {
  const values = samples.map((sample) => sample.sharpness);
  return {
    name: "Sharpness",
    means: "Variance of the Laplacian of luma, on 8-bit values at 512 pixels of width",
    values,
    band: null,
    from: 0,
    to: Math.max(1, ...values),
    words(sample) {
      const value = values[sample] ?? 0;
      return `${value < 100 ? value.toPrecision(2) : Math.round(value)} code values²`;
    },
  };
}

/** How many doublings lie between two means. Two blacks are alike. */
function stops(a: number, b: number): number {
  return Math.log2(Math.max(a, 1 / CODES) / Math.max(b, 1 / CODES));
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** A curve's values, or the two edges of its band → the `d` of an SVG path. `at` is where each sample stands, 0 to 1. */
export function pathOf(
  { from, to }: Pick<Curve, "from" | "to">,
  at: readonly number[],
  width: number,
  height: number,
  ...edges: [readonly number[], readonly number[]] | [readonly number[]]
): string {
  const point = (value: number, sample: number) => {
    const x = (at[sample] ?? 0) * width;
    const y = height * (1 - (value - from) / (to - from));
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  const [one, other] = edges;
  const line = `M${one.map(point).join("L")}`;
  return other ? `${line}L${other.map(point).reverse().join("L")}Z` : line;
}
