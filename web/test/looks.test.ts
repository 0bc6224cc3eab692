import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Cdl, Look } from "../src/contracts";
import { cdlText, faultOf, IDENTITY, numberOf } from "../src/film/cdl";
import { partWords, reachWords, standing } from "../src/film/looks";

describe("a look", () => {
  const look = (
    level: string,
    target: string,
    cdl: boolean,
    lut: boolean,
    at: number,
    roll: unknown = null,
  ) =>
    ({
      level,
      target,
      roll,
      cdl: cdl ? IDENTITY : null,
      lut: lut ? { name: "print" } : null,
      name: `${at}`,
      source: "ada",
      at: `2026-10-14T18:09:${at}+00:00`,
    }) as Look;
  const names = (looks: Look[]) => standing(looks).map(({ cdl, lut }) => [cdl?.name, lut?.name]);

  it("keeps its LUT when another CDL is set for the same part, however the part is written", () => {
    const looks = [
      look("SCENE", "12a", true, false, 30),
      look("SCENE", "12A", true, false, 20),
      look("SCENE", "12A", false, true, 10),
    ];
    expect(names(looks)).toEqual([["30", "10"]]);
    expect(standing(looks).flatMap(partWords)).toEqual(["CDL “30” · ada", "LUT “10” · ada"]);
  });

  it("without CDL and LUT takes both back, and what comes after it stands", () => {
    const taken = [look("DAY", "D014", true, true, 10), look("DAY", "D014", false, false, 20)];
    expect(names(taken)).toEqual([]);
    expect(names([...taken, look("DAY", "D014", true, false, 30)])).toEqual([["30", undefined]]);
  });

  it("of a clip is for one roll, and the farthest comes first", () => {
    const roll = { production: "N", unit: "main", day: "D014", roll: "A001" };
    const looks = [
      look("CLIP", "C001", true, false, 10, roll),
      look("CLIP", "c001.MOV", true, false, 20, roll),
      look("CLIP", "C001", true, false, 30, { ...roll, roll: "B001" }),
      look("SHOW", "", true, false, 40),
    ];
    expect(standing(looks).map(reachWords)).toEqual([
      "the whole show",
      "clip C001 (D014 / B001)",
      "clip c001.MOV (D014 / A001)",
    ]);
    expect(names(looks).map(([name]) => name)).toEqual(["40", "30", "20"]);
  });
});

describe("a CDL", () => {
  const number = fc.double({ min: -1000, max: 1000, noNaN: true });

  it("is copied with every number that was set", () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 10, maxLength: 10 }), (numbers) => {
        const [a, b, c, d, e, f, g, h, i, j] = numbers as number[] & { length: 10 };
        const cdl = { slope: [a, b, c], offset: [d, e, f], power: [g, h, i], saturation: j } as Cdl;
        const read = cdlText(cdl).split(/\s/).map(numberOf);
        expect(read.filter((value) => value !== null)).toEqual(numbers.map((value) => value + 0));
      }),
    );
  });

  test.each([
    ["1,5", 1.5],
    [" .5 ", 0.5],
    ["-0.0065", -0.0065],
    ["1e-3", 0.001],
    ["", null],
    ["nan", null],
    ["Infinity", null],
    ["1 000", null],
    ["0x10", null],
  ])("%j is the number %s", (typed, value) => expect(numberOf(typed)).toBe(value));

  it("that is no grade of a picture is told why", () => {
    expect(faultOf(IDENTITY)).toBeNull();
    expect(faultOf({ ...IDENTITY, slope: [-0.1, 1, 1] })).toMatch(/slope/);
    expect(faultOf({ ...IDENTITY, power: [0, 1, 1] })).toMatch(/power/);
    expect(faultOf({ ...IDENTITY, saturation: -1 })).toMatch(/saturation/);
    expect(faultOf({ ...IDENTITY, offset: [Number.NaN, 0, 0] })).toMatch(/between/);
    expect(faultOf({ ...IDENTITY, offset: [1001, 0, 0] })).toMatch(/between/);
  });
});
