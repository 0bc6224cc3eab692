import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Finding } from "../src/contracts";
import { cellsOf } from "../src/film/filmstrip";
import { lightOf, mayAct } from "../src/film/lights";
import { lookedFor, partFindings } from "../src/film/qc";
import { isOpen, lookOf, tally } from "../src/film/states";
import { bytes, duration } from "../src/film/words";
import { address, type Place, parsePlace } from "../src/place";
import { groupsOf } from "../src/screens/card_reasons";
import { saidWords } from "../src/screens/day_words";
import { editorialCommand } from "../src/screens/editing";
import { byName, onOneLine, visible, visibleLines } from "../src/ui/names";
import { nextPause } from "../src/ui/watch";

describe("a place", () => {
  const label = fc.string({ minLength: 1, unit: "binary" }).filter((text) => !/[\uD800-\uDFFF]/.test(text));
  const day = { production: label, unit: label, day: label };
  const roll = { ...day, roll: label };
  const anywhere = fc.oneof(
    fc.constant<Place>({ at: "productions" }),
    fc.record({ at: fc.constant("production" as const), production: label }),
    fc.record({ at: fc.constant("day" as const), ...day, words: fc.string(), list: fc.option(label) }),
    fc.record({ at: fc.constant("take" as const), ...day, take: fc.stringMatching(/^[0-9a-f]{20}$/) }),
    fc.record({ at: fc.constant("roll" as const), ...roll }),
    fc.record({ at: fc.constant("report" as const), ...roll }),
    fc.record({ at: fc.constant("clip" as const), ...roll, clipId: label, version: label }),
  );

  it("is the same after a reload", () => {
    fc.assert(
      fc.property(anywhere, (place) => {
        expect(parsePlace(address(place))).toEqual(place);
      }),
    );
  });

  test.each(["#/a/b", "#/a/b/c/take/e", "#/a/b/c/d/e", "#/a/b/c/d/e/f/g", "#/%E0%A4%A"])(
    "%s is none",
    (hash) => {
      expect(parsePlace(hash)).toEqual({ at: "nowhere" });
    },
  );
});

describe("a name", () => {
  it("shows what would be invisible or turn the writing round", () => {
    expect(visible("A001\u202Evom.exe")).toBe("A001⟨U+202E⟩vom.exe");
    expect(visible("a\r\nb\u0000")).toBe("a⟨U+000D⟩⟨U+000A⟩b⟨U+0000⟩");
    expect(visible("Łódź 映画 a b+c é%20 🎬")).toBe("Łódź 映画 a b+c é%20 🎬");
  });

  it("keeps the lines of a remark, or parts them with a slash where there is one line", () => {
    expect(visibleLines("w\u00fctend\r\nSch\u00f6n!\t\u202Eb")).toBe("wütend\nSchön!⟨U+0009⟩⟨U+202E⟩b");
    expect(onOneLine("müde\n\n Abbruch,\tFlugzeug\r\n")).toBe("müde / Abbruch, Flugzeug");
    expect(saidWords({ setup: "12A", note: "müde\nAbbruch" })).toBe("setup 12A · note müde / Abbruch");
  });

  it("sorts clip 2 before clip 10", () => {
    expect(["A001C10", "A001C2", "A001C1"].sort(byName)).toEqual(["A001C1", "A001C2", "A001C10"]);
  });
});

describe("a state", () => {
  it("that a newer studio invented is shown by its own name and is not waited for", () => {
    expect(lookOf("COMPOSED").word).toBe("COMPOSED");
    expect(isOpen("COMPOSED")).toBe(false);
  });

  it("is counted with the other open ones, after what a person has to act on", () => {
    const counts: [string, number][] = [
      ["DELIVERED", 4],
      ["RECEIVED", 1],
      ["REJECTED", 2],
      ["INSPECTED", 2],
      ["KEPT", 0],
    ];
    expect(tally(counts)).toEqual([
      ["REJECTED", 2],
      ["OPEN", 3],
      ["DELIVERED", 4],
    ]);
  });
});

describe("a card", () => {
  it("is called safe for GREEN alone", () => {
    expect(lightOf("GREEN").answer).toBe("SAFE TO FORMAT");
    for (const light of ["AMBER", "RED", "BLUE", "", null]) {
      expect(lightOf(light as never).answer).not.toMatch(/^SAFE/);
    }
  });

  it("is answered for by camera and admin only", () => {
    expect([["camera"], ["admin", "vendor"], ["producer", "director"], []].map(mayAct)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("shows an axis's reasons code by code, the red ones first", () => {
    const of = (light: string, code: string, axis = "BITS") => ({ axis, light, code }) as never;
    const reasons = [
      of("AMBER", "CLIP_GAP"),
      of("RED", "FILE_MISSING"),
      of("RED", "X", "PICTURE"),
      of("AMBER", "CLIP_GAP"),
    ];
    expect(groupsOf(reasons, "BITS").map(({ code, reasons }) => [code, reasons.length])).toEqual([
      ["FILE_MISSING", 1],
      ["CLIP_GAP", 2],
    ]);
  });
});

describe("the pause between two looks", () => {
  it("is two seconds after a change, and grows while nothing happens", () => {
    expect(nextPause("changed", 8000)).toBe(2000);
    let pause = 2000;
    for (let look = 0; look < 50; look++) {
      const next = nextPause("open", pause);
      expect(next).toBeGreaterThanOrEqual(pause);
      pause = next;
    }
    expect(pause).toBe(8000);
    expect(nextPause("failed", 20_000)).toBe(30_000);
  });
});

describe("figures", () => {
  test.each([
    ["240240/24000", "10.01 s"],
    ["4/1", "4 s"],
    ["3723/10", "6 min 12.3 s"],
  ])("%s seconds are %s", (rational, words) => expect(duration(rational)).toBe(words));

  test.each([
    [999, "999 bytes"],
    [12_345_678, "12.3 MB"],
    [256_000_000_000, "256 GB"],
    [999_999, "1.00 MB"],
  ])("%i is %s", (size, words) => expect(bytes(size)).toBe(words));
});

it("a filmstrip's rectangles come in the order of its cues", () => {
  const vtt =
    "WEBVTT\n\n00:00.000 --> 00:01.000\nfilmstrip.jpg#xywh=0,0,160,90\n\n00:01.000 --> 00:02.000\nfilmstrip.jpg#xywh=160,0,160,90\n";
  expect(cellsOf(vtt)).toEqual([
    { x: 0, y: 0, width: 160, height: 90 },
    { x: 160, y: 0, width: 160, height: 90 },
  ]);
});

describe("what was found", () => {
  it("is parted into what may be wrong and what is good to know, in the order of the clip", () => {
    const found = (first: number | null, information: boolean) =>
      ({ frames: first === null ? null : { first, last: first }, information }) as Finding;
    const { doubtful, information } = partFindings([
      found(null, false),
      found(9, false),
      found(3, false),
      found(null, true),
    ]);
    expect(doubtful.map(({ frames }) => frames?.first)).toEqual([3, 9, undefined]);
    expect(information).toHaveLength(1);
  });

  it("is nothing of what was looked for, by name", () => {
    expect(lookedFor(["BLACK"])).toBe("Nothing was found. What was looked for: black pictures.");
    expect(lookedFor([])).toBe("Nothing was found: nothing was looked for.");
  });
});

it("a command's words stay one word each for a shell", () => {
  const place = { production: "N", unit: "2u", day: "D 1", roll: "A'1" };
  expect(editorialCommand(place).join(" ")).toBe(
    "circletake editorial 'A'\\''1' --production N --day 'D 1' --unit 2u --to 'A'\\''1'",
  );
});
