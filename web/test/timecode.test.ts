import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { decimal, parseRational, rateText } from "../src/film/rational";
import { parseTimecode, timecodeAt } from "../src/film/timecode";

const counted = (start: string, rate: string, frame: number) =>
  timecodeAt(parseTimecode(start, parseRational(rate)), frame);

describe("a rational", () => {
  it("is shown as people say it, with its exact value", () => {
    expect(rateText(parseRational("24000/1001"))).toBe("23.976 (24000/1001)");
    expect(rateText(parseRational("30000/1001"))).toBe("29.97 (30000/1001)");
    expect(rateText(parseRational("120000/1001"))).toBe("119.88 (120000/1001)");
    expect(rateText(parseRational("25/1"))).toBe("25");
    expect(rateText(parseRational("25/2"))).toBe("12.5 (25/2)");
  });

  it("rounds from the exact value", () => {
    expect(decimal(parseRational("1999/1000"), 2)).toBe("2");
    expect(decimal(parseRational("1/3"), 3)).toBe("0.333");
  });

  test.each(["24", "24.0/1", "1/0", "-1/2", "", "a/b", "1/00"])("%s is none", (text) => {
    expect(() => parseRational(text)).toThrow(RangeError);
  });
});

describe("timecode", () => {
  test.each([
    ["01:00:00:00", "24000/1001", 24, "01:00:01:00"],
    ["10:00:00:00", "25/1", 250, "10:00:10:00"],
    ["00:00:59;28", "30000/1001", 1, "00:00:59;29"],
    ["00:00:59;28", "30000/1001", 2, "00:01:00;02"],
    ["00:09:59;29", "30000/1001", 1, "00:10:00;00"],
    ["00:00:59:29", "30000/1001", 1, "00:01:00:00"],
    ["00:00:59;59", "60000/1001", 1, "00:01:00;04"],
    ["00:00:59;119", "120000/1001", 1, "00:01:00;008"],
    ["09:59:59:119", "120000/1001", 1, "10:00:00:000"],
    ["23:59:59:23", "24/1", 1, "00:00:00:00"],
    ["23:59:59;29", "30000/1001", 1, "00:00:00;00"],
    ["12:00:00:47", "48000/1001", 1, "12:00:01:00"],
    ["00:00:00:99", "100/1", 1, "00:00:01:00"],
  ])("%s at %s plus %i frames is %s", (start, rate, frame, text) => {
    expect(counted(start, rate, frame)).toBe(text);
  });

  test.each([
    ["00:01:00;00", "30000/1001"],
    ["00:01:00;01", "30000/1001"],
    ["00:01:00;03", "60000/1001"],
    ["01:00:00;00", "25/1"],
    ["01:00:00;00", "24000/1001"],
    ["24:00:00:00", "24/1"],
    ["01:00:00:24", "24000/1001"],
    ["01:00:00:005", "24/1"],
    ["01:00:00:05", "120/1"],
    ["1:00:00:00", "24/1"],
  ])("%s names no frame at %s", (text, rate) => {
    expect(() => counted(text, rate, 0)).toThrow(RangeError);
  });

  const rates = [
    "24000/1001", "24/1", "25/1", "30000/1001", "48000/1001", "48/1", "50/1", "60000/1001", "60/1", "120000/1001",
  ]; // biome-ignore format: a table

  it("reads back every frame that it writes", () => {
    const dropRates = ["30000/1001", "60000/1001", "120000/1001"];
    const cases = [...rates.map((rate) => [rate, ":"]), ...dropRates.map((rate) => [rate, ";"])] as [
      string,
      string,
    ][];
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.nat(30_000_000), ([rate, mark], frame) => {
        const exact = parseRational(rate);
        const digits = rate === "120000/1001" ? "000" : "00";
        const midnight = parseTimecode(`00:00:00${mark}${digits}`, exact);
        const written = timecodeAt(midnight, frame);
        const day = 144 * (600 * midnight.nominal - 9 * midnight.dropped);
        expect(parseTimecode(written, exact).start).toBe(frame % day);
      }),
    );
  });

  it("of 29.97 DF stays within five frames of the clock for a whole day", () => {
    const zero = parseTimecode("00:00:00;00", parseRational("30000/1001"));
    fc.assert(
      fc.property(fc.nat(2_589_407), (frame) => {
        const [h, m, s, f] = timecodeAt(zero, frame).split(/[:;]/).map(Number) as [
          number,
          number,
          number,
          number,
        ];
        const shown = ((h * 60 + m) * 60 + s) * 30 + f;
        const clock = (frame * 1001) / 1000;
        expect(Math.abs(shown - clock)).toBeLessThanOrEqual(5);
      }),
    );
  });
});
