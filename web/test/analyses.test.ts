import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { FrameLook, SpokenWord } from "../src/contracts";
import { slateWords, sure, talliedAnalyses } from "../src/film/analyses";
import { curvesOf, pathOf } from "../src/film/curves";
import { marked } from "../src/film/marked";
import { parseRational } from "../src/film/rational";
import { frameOf, lastBegun, linesOf } from "../src/film/speech";
import { address, type Place, parsePlace } from "../src/place";

describe("a moment", () => {
  test.each([
    [1.001, "24000/1001", 24],
    [1.000999, "24000/1001", 23],
    [0.8, "24000/1001", 19],
    [33.366667, "30000/1001", 1000],
    [0, "25/1", 0],
    [35999.96, "25/1", 899999],
  ])("%s s at %s is frame %i", (seconds, rate, frame) => {
    expect(frameOf(seconds, parseRational(rate))).toBe(frame);
  });

  it("is never before the frame that it lies in, whatever the rate", () => {
    const rates = fc.constantFrom("24000/1001", "30000/1001", "120000/1001", "25/1", "50/1");
    fc.assert(
      fc.property(fc.nat(3_000_000), rates, (frame, text) => {
        const rate = parseRational(text);
        const middle = ((frame + 0.5) * Number(rate.denominator)) / Number(rate.numerator);
        expect(frameOf(middle, rate)).toBe(frame);
      }),
    );
  });
});

describe("a transcript", () => {
  const word = (text: string, start_s: number): SpokenWord => ({
    text,
    start_s,
    end_s: start_s + 0.2,
    probability: 1,
  });

  it("is parted where somebody pauses and where a line grows long, and no word is lost", () => {
    const said = [word("Hold", 0), word("it.", 0.3), word("Now.", 1.3)];
    expect(linesOf(said).map((line) => line.map(({ text }) => text))).toEqual([["Hold", "it."], ["Now."]]);
    const long = Array.from({ length: 500 }, (_, index) => word("words", index * 0.2));
    expect(linesOf(long).flat()).toEqual(long);
    expect(Math.max(...linesOf(long).map((line) => line.length))).toBeLessThanOrEqual(15);
    expect(linesOf([])).toEqual([]);
  });

  it("knows the word that began last", () => {
    const starts = fc.array(fc.nat(500)).map((some) => some.sort((a, b) => a - b));
    fc.assert(
      fc.property(starts, fc.nat(500), (begun, frame) => {
        expect(lastBegun(begun, frame)).toBe(begun.filter((start) => start <= frame).length - 1);
      }),
    );
  });
});

describe("what was looked for", () => {
  test.each([
    ["He said: hold on", "HOLD", ["hold"]],
    ["Scene 12A", "scene:12a", ["12A"]],
    ["the best of times", "„best of", ["best", "of"]],
    ["household", "hold", []],
    ["a.b (c)", "(c", ["(c"]],
    ["<b>", "", []],
    ["été à", "été", ["été"]],
  ])("in %j for %j is %j", (text, sought, found) => {
    const parts = marked(text, sought);
    expect(parts.filter((each) => each.found).map(({ part }) => part)).toEqual(found);
  });

  it("leaves every text as it was, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, sought) => {
        expect(
          marked(text, sought)
            .map(({ part }) => part)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});

describe("frame statistics", () => {
  const sample: FrameLook = {
    ...{ frame: 0, mean: 0.4, black: 0.1, middle: 0.4, white: 0.9, clipped: 0, crushed: 0 },
    ...{ red: 0.4, green: 0.4, blue: 0.2, sharpness: 42 },
  };

  it("are told with their units", () => {
    const words = curvesOf([sample]).map((curve) => curve.words(0));
    expect(words).toEqual([
      "409 of 1023",
      "R/B +1.00, G +0.42 stops",
      "80 % of the range",
      "42 code values²",
    ]);
  });

  it("of a black picture are numbers", () => {
    const black = { ...sample, black: 0, middle: 0, white: 0, red: 0, green: 0, blue: 0, sharpness: 0 };
    for (const curve of curvesOf([black, black])) {
      expect(pathOf(curve, [0, 1], 100, 10, curve.values)).not.toMatch(/NaN|Infinity/);
      expect(curve.words(0)).not.toMatch(/NaN|Infinity/);
    }
  });
});

it("no model is told to be quite sure", () => {
  expect([0.873, 0.99, 0.998, 1].map(sure)).toEqual([
    "87\u00a0%",
    "99\u00a0%",
    ">\u00a099\u00a0%",
    ">\u00a099\u00a0%",
  ]);
});

it("analyses are counted by what a person asks first", () => {
  const analysis = (state: "ANSWERED" | "ASKED") => ({
    kind: "FACES" as const,
    state,
    why: null,
    model: null,
    answered_at: null,
  });
  const clips = [
    { analyses: [analysis("ANSWERED"), analysis("ASKED")] },
    { analyses: [analysis("ANSWERED")] },
  ];
  expect(talliedAnalyses(clips)).toBe("1 asked · 2 answered");
  expect(talliedAnalyses([])).toBe("");
});

describe("a place", () => {
  const roll = { production: "N/A?", unit: "main", day: "D#1", roll: "A001" };
  const places: Place[] = [
    { at: "characters", production: "N/A?" },
    { at: "find", production: "N/A?", words: "hold & <b> ? #", character: "mara" },
    { at: "find", production: "N", words: "", character: null },
    { at: "clip", ...roll, clipId: "c", version: "v", frame: 12 },
    { at: "clip", ...roll, clipId: "c", version: "v" },
    { at: "roll", ...roll },
  ];
  test.each(places)("is found again by its address: %j", (place) => {
    expect(parsePlace(address(place))).toEqual(place);
  });

  it("names no frame where its address holds none", () => {
    expect(parsePlace("#/N/main/D/A/c/v?frame=-1")).not.toHaveProperty("frame");
    expect(parsePlace("#/N/main/D/A/c/v?frame=1e3")).not.toHaveProperty("frame");
  });
});

test.each([
  [{ scene: "14", setup: "14A", take: "2" }, "14A · Take 2"],
  [{ scene: "14", setup: "A", take: "2" }, "Scene 14 · Setup A · Take 2"],
  [{ scene: "14", setup: null, take: "2" }, "Scene 14 · Take 2"],
  [{ scene: "14", setup: null, slate: "127", take: "2" }, "Scene 14 · Slate 127 · Take 2"],
  [{ scene: null, setup: null, slate: "127", take: "2" }, "Slate 127 · Take 2"],
  [{ scene: null, setup: null, take: null }, null],
])("a slate is told as it is said on set: %o", (slate, words) => {
  expect(slateWords(slate)).toBe(words);
});
