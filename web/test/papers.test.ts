import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Changes, Source } from "../src/contracts";
import { PaperFault, pack, whoseByName } from "../src/film/papers";
import { changeLines, stillLines } from "../src/screens/day_changes";

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

  const change = (field: string, was: string | null, is: string | null, take = "12A take 1") => ({
    take,
    field,
    was,
    is,
  });

  it("parts what is different now from what is said for the first time", () => {
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
      "3 changes in takes that are there",
      "Of takes that are there, for the first time: note of 2, sensor frame rate of 1",
    ]);
    expect(lines[0]?.each).toEqual([
      "12A take 1 · circled: yes → no",
      "12A take 1 · lens of A001C001: 50 → 35 / mm",
      "12A take 1 · lens of A001C002: 50 → –",
    ]);
  });

  it("leaves out what is told of a recording only where that went to another take", () => {
    const told = (...takes_changed: ReturnType<typeof change>[]) =>
      changeLines({ ...NOTHING, takes_changed }).flatMap(({ each }) => each);
    const lost = change("lens of A001C003", "35", null);
    expect(told(lost)).toEqual(["12A take 1 · lens of A001C003: 35 → –"]);
    expect(told(lost, change("lens of A001C003", null, "35", "12A take 2"))).toEqual([]);
    // Two takes in one recording: both lose what was told of it.
    expect(told(lost, change("lens of A001C003", "35", null, "12A take 2"))).toHaveLength(2);
    const went = change("clips", "A001C003; A001C004", "A001C004");
    expect(told(lost, went)).toEqual(["12A take 1 · clips: A001C003; A001C004 → A001C004"]);
    expect(told(lost, change("sounds", "T1.WAV", null))).toHaveLength(2);
  });
});

describe("what stays although it was taken back", () => {
  const what = [{ take: "12A take 1", field: "lens of A001C003", value: "35" }];
  const by = (source: Source | null, paper: string) => ({ source, paper });

  it("is told by who says so: a model's reading and an export as what they are", () => {
    const all = [
      by("SCRIPT", "script.csv"),
      by("SLATE", "A001C003"),
      by("EXPORT", "day.csv"),
      by(null, "T1.WAV"),
    ];
    expect(stillLines([{ by: all, what, more: 2 }])).toEqual([
      {
        words:
          "Still said by script.csv, the slate in A001C003, as a model reads it, an export of this day (day.csv), T1.WAV itself:",
        told: ["12A take 1 · lens of A001C003: 35"],
        more: 2,
        next: "",
      },
    ]);
  });

  it("can go, too, where only exports say so", () => {
    const next = (papers: string[], more: number) =>
      stillLines([{ by: papers.map((paper) => by("EXPORT", paper)), what, more }])[0]?.next;
    expect(next(["day.csv"], 0)).toBe("Take that back as well if it should go.");
    expect(next(["day.csv", "old.csv"], 3)).toBe("Take those back as well if they should go.");
  });
});
