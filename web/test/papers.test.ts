import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Changes } from "../src/contracts";
import { PaperFault, pack, whoseByName } from "../src/film/papers";
import { changeLines } from "../src/screens/day_changes";

const NOTHING: Changes = {
  takes_added: [],
  takes_changed: [],
  takes_gone: [],
  conflicts_added: [],
  worklist_added: [],
  worklist_settled: [],
  more: {},
};

describe("a paper that is sent", () => {
  it("arrives with its bytes as they are, whatever they are", async () => {
    const some = fc.uint8Array({ minLength: 1, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(some, fc.constantFrom(1, 3000), async (bytes, times) => {
        const file = new Blob(Array.from({ length: times }, () => bytes));
        const sent = new Blob([Uint8Array.from(atob(await pack(file)), (each) => each.charCodeAt(0))]);
        const unpacked = new Response(sent.stream().pipeThrough(new DecompressionStream("gzip")));
        expect(new Uint8Array(await unpacked.arrayBuffer())).toEqual(
          new Uint8Array(await file.arrayBuffer()),
        );
      }),
      { numRuns: 12 },
    );
  });

  it("is not sent where it cannot be a paper", async () => {
    await expect(pack(new Blob([]))).rejects.toThrow(PaperFault);
    await expect(pack(new Blob(["RF64....WAVE"]))).rejects.toThrow(/sound recorder/);
    const noise = Array.from({ length: 80 }, () => crypto.getRandomValues(new Uint8Array(65_536)));
    await expect(pack(new Blob(noise))).rejects.toThrow(/larger than the 6 MB/);
  });

  it("is asked whose it is where its name says nothing", () => {
    const named = [
      "Sound Report.csv",
      "Tonbericht.csv",
      "cam_A.csv",
      "A001.ALE",
      "script.csv",
      "D014.csv",
      "wanton.csv",
    ];
    expect(named.map(whoseByName)).toEqual(["SOUND", "SOUND", "CAMERA", "CAMERA", "SCRIPT", null, null]);
  });
});

describe("what a paper changes", () => {
  it("is told in a line for each kind of which there are any", () => {
    expect(changeLines(NOTHING)).toEqual([]);
    const lines = changeLines({
      ...NOTHING,
      takes_added: ["12A take 1"],
      takes_gone: ["12A take 2", "12A take 3"],
      worklist_settled: [{ sentence: "No slate." }],
      more: { takes_added: 1200 },
    });
    expect(lines.map(({ mark, words, more }) => [mark, words, more])).toEqual([
      ["+", "1201 takes more", 1200],
      ["−", "2 takes no more", 0],
      ["✓", "1 less to look at", 0],
    ]);
  });

  it("parts what is different now from what is said for the first time", () => {
    const change = (field: string, was: string | null, is: string | null, take = "12A take 1") => ({
      take,
      field,
      was,
      is,
    });
    const lines = changeLines({
      ...NOTHING,
      takes_changed: [
        change("CIRCLED", "yes", "no"),
        change("lens of A001C001", "50", "35\nmm"),
        change("lens of A001C002", "50", null),
        change("note", null, "good"),
        change("note", null, "better", "12A take 2"),
        change("CIRCLED", null, "no"),
        change("PICKUP", "no", null),
        change("sensor_fps", null, "48"),
      ],
    });
    expect(lines.map(({ words }) => words)).toEqual([
      "2 changes in takes that are there",
      "Of takes that are there, for the first time: note of 2, sensor frame rate of 1",
    ]);
    expect(lines[0]?.each).toEqual([
      "12A take 1 · circled: yes → no",
      "12A take 1 · lens of A001C001: 50 → 35 / mm",
    ]);
  });
});
