import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fact, ShootingDay, Take } from "../src/contracts";
import {
  boardSaid,
  editedOf,
  editsOf,
  identityOf,
  namesOf,
  rateSaid,
  recordingsSaid,
  sayFlag,
  settling,
  withSaid,
} from "../src/film/corrections";
import { findTakes } from "../src/film/take_search";
import { conflictsOf, isA, lensWords, scenesOf, worklistsOf } from "../src/film/takes";
import { citeWords, clockWords, momentWords, runtimeWords, takesWords } from "../src/screens/day_words";

const fact = (value: string | boolean): Fact => ({
  value,
  by: [{ source: "SCRIPT", paper: "script.csv", line: 2 }],
  others: [],
});

function take(setup: string, number: string, more: Partial<Take> & { timecode?: string } = {}): Take {
  const { timecode: _, ...rest } = more;
  return {
    id: `${setup}-${number}`,
    called: `${setup} take ${number}`,
    number: { setup: setup.toLowerCase(), take: number },
    scene: fact(setup.replace(/[A-Z]+$/, "")),
    setup: fact(setup),
    slate: null,
    take: fact(number),
    flags: {},
    facts: {},
    notes: [],
    by: [],
    clips: [],
    sounds: [],
    ...rest,
  };
}

function clipPart(name: string, lens = "50"): Take["clips"][number] {
  const facts = { lens: fact(lens) };
  return { id: name, name, first: 0, length: 10, how: ["NAME"], confidence: 1, by: [], facts, at_s: 0 };
}

function dayOf(
  takes: Take[],
  timecodes: Record<string, string> = {},
  more: Partial<ShootingDay> = {},
): ShootingDay {
  const parts = takes.flatMap(({ clips }) => clips);
  const clips = parts.map(({ name }) => [
    name,
    {
      roll: name.slice(0, 4),
      clip_id: "c",
      version: "v",
      name,
      camera: name[0] ?? null,
      state: "DELIVERED",
      rate: "25/1",
      frames: 10,
      start_timecode: timecodes[name] ?? null,
      drop: false,
      media: null,
      has_sound: true,
      silent: false,
      sound: null,
      listed: [],
    },
  ]);
  return {
    production: "N",
    unit: "main",
    day: "D014",
    facts: { zone: null, call: null, wrap: null, kind: null },
    may_say: true,
    takes,
    clips: Object.fromEntries(clips),
    sounds: {},
    conflicts: [],
    worklist: [],
    gaps: [],
    clocks: [],
    loose: [],
    summary: {} as ShootingDay["summary"],
    papers: [],
    corrections: [],
    ...more,
  };
}

const names = (day: ShootingDay, order: "circled" | "shot") =>
  scenesOf(day, day.takes, order).map(({ name, setups }) => [
    name,
    setups.map((setup) => [setup.name, setup.takes.map(({ number }) => number.take)]),
  ]);

describe("a day's takes", () => {
  const circled = { flags: { CIRCLED: fact(true) } };

  it("stand in scenes and setups, circled first, and what was never slated last", () => {
    const wild = take("", "x", { id: "wild", scene: null, setup: null, take: null });
    const day = dayOf([wild, take("12", "1"), take("12A", "1"), take("12A", "2", circled), take("13", "1")]);
    expect(names(day, "circled")).toEqual([
      [
        "12",
        [
          ["12", ["1"]],
          ["12A", ["2", "1"]],
        ],
      ],
      ["13", [["13", ["1"]]]],
      ["", [["", ["x"]]]],
    ]);
  });

  it("stand as they were shot, over midnight, too", () => {
    const shots: [string, string, string][] = [
      ["12", "2", "00:10:00:00"],
      ["12A", "1", "23:50:00:00"],
      ["12", "1", "23:55:00:00"],
    ];
    const takes = shots.map(([setup, number]) =>
      take(setup, number, { clips: [clipPart(`A${setup}${number}`)] }),
    );
    const day = dayOf(
      takes,
      Object.fromEntries(shots.map(([setup, number, at]) => [`A${setup}${number}`, at])),
    );
    expect(names(day, "shot")).toEqual([
      [
        "12",
        [
          ["12A", ["1"]],
          ["12", ["1", "2"]],
        ],
      ],
    ]);
  });

  it("none is lost and none comes twice, whatever the order", () => {
    const some = fc.array(fc.tuple(fc.constantFrom("", "12", "12A", "127"), fc.nat(9), fc.boolean()), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(some, fc.constantFrom("circled" as const, "shot" as const), (told, order) => {
        const takes = told.map(([setup, number, is], at) =>
          take(setup, String(number), { id: String(at), ...(is && circled) }),
        );
        const shown = scenesOf(dayOf(takes), takes, order).flatMap(({ setups }) =>
          setups.flatMap((each) => each.takes),
        );
        expect(shown.map(({ id }) => id).sort()).toEqual(takes.map(({ id }) => id).sort());
      }),
    );
  });

  it("tell a lens once where all cameras have it, and whose it is where they differ", () => {
    const same = take("12", "1", { clips: [clipPart("A001"), clipPart("B001")] });
    const differ = take("12", "2", { clips: [clipPart("A002"), clipPart("B002", "85mm")] });
    const day = dayOf([same, differ]);
    expect(lensWords(same, day)).toBe("50mm");
    expect(lensWords(differ, day)).toBe("A 50mm · B 85mm");
  });

  it("lose nothing from the worklist that a newer studio lists", () => {
    const entry = {
      sentence: "",
      next_step: "",
      where: [],
      take: null,
      clip: null,
      sound: null,
      about: null,
    };
    const worklist = [
      { ...entry, lack: "LATER" as never },
      { ...entry, lack: "CONFLICT" as const },
    ];
    const counts = worklistsOf(dayOf([], {}, { worklist })).map(({ list, waiting }) => [
      list,
      waiting.length,
    ]);
    expect(counts).toEqual([
      ["no-slate", 0],
      ["no-sound", 0],
      ["conflicts", 1],
      ["others", 1],
    ]);
  });

  it("count the conflicts of their recordings, and not those that are settled", () => {
    const known = take("12", "1", { clips: [clipPart("A001C001")] });
    const of = { id: "1", field: "lens", held: fact("50"), others: [], take: null, sound: null };
    const conflicts = [
      { ...of, clip: "A001C001", settled: false },
      { ...of, clip: "A001C001", settled: true },
      { ...of, clip: null, take: known.id, settled: false },
    ];
    expect(conflictsOf(dayOf([known], {}, { conflicts })).get(known.id)).toBe(2);
  });
});

describe("counting takes", () => {
  it("takes those with a number, and tells wild tracks and recordings without one apart", () => {
    const wild = take("12A", "WT1", { flags: { WILD_TRACK: fact(true) } });
    expect(takesWords([take("12A", "1"), take("12A", "2"), wild])).toBe("2 takes · 1 wild track");
    expect(takesWords([take("", "")])).toBe("1 recording");
  });
});

describe("looking for takes", () => {
  const notes = [{ value: "Rain, and a boom in shot", by: [] }];
  const one = take("12A", "3", {
    clips: [clipPart("A001C003_260930_R1JL")],
    notes,
    flags: { MOS: fact(true) },
  });
  const two = take("12", "3", { clips: [clipPart("B001C004", "85")] });
  const day = dayOf([one, two, take("35", "12")]);
  const found = (words: string) => findTakes(day, words).map(({ called }) => called);

  it("finds where every word is", () => {
    expect(found("12a rain")).toEqual(["12A take 3"]);
    expect(found("12a 85")).toEqual([]);
    expect(found("c004")).toEqual(["12 take 3"]);
    expect(found("boom mos")).toEqual(["12A take 3"]);
    expect(found("")).toHaveLength(3);
  });

  it("takes a field that is named for that field alone", () => {
    expect(found("scene:12")).toEqual(["12A take 3", "12 take 3"]);
    expect(found("setup:12")).toEqual(["12 take 3"]);
    expect(found("take:12")).toEqual(["35 take 12"]);
    expect(found("camera:b")).toEqual(["12 take 3"]);
    expect(found("lens:85 take:3")).toEqual(["12 take 3"]);
    expect(found("note:")).toHaveLength(3);
  });

  it("takes what would be a pattern for what it is", () => {
    fc.assert(fc.property(fc.string(), (words) => findTakes(day, words).length <= 3));
    expect(found(".*")).toEqual([]);
  });
});

describe("what a person says", () => {
  const plain = take("12A", "3", { clips: [clipPart("A001C003")] });
  const day = dayOf([plain]);

  it("names the take as it is known, and one without a slate by its recording", () => {
    expect(sayFlag(day, plain, "CIRCLED", true)).toEqual({
      setup: "12A",
      take: "3",
      flags: { CIRCLED: true },
    });
    const british = take("401", "2", { setup: null, slate: fact("401") });
    expect(identityOf(day, british)).toEqual({ slate: "401", take: "2" });
    const bare = take("", "x", { setup: null, take: null, clips: [clipPart("A9")] });
    expect(identityOf(dayOf([bare]), bare)).toEqual({ clips: ["A9"] });
  });

  it("takes a number alone for a slate where the day has such", () => {
    expect(boardSaid(day, "99")).toEqual({ setup: "99" });
    expect(boardSaid(dayOf([take("401", "2", { setup: null, slate: fact("401") })]), "402")).toEqual({
      slate: "402",
    });
  });

  it("names the roll as well where several recordings are called so", () => {
    const heard = (id: string, own: string) => {
      const by = [{ source: "SOUND" as const, paper: "T001.WAV", line: 0 }];
      const facts = { sound_roll: { ...fact("SR1"), others: [{ value: own, by }] } };
      return {
        id,
        name: "T001.WAV",
        first: 0,
        length: 10,
        how: ["NAME" as const],
        confidence: 1,
        by: [],
        facts,
      };
    };
    const sound = (roll: string, name = "T001.WAV") =>
      ({
        roll,
        name,
        rate: 48000,
        channels: 1,
        frames: 10,
        start_timecode: null,
        tracks: {},
        remarks: [],
      }) as const;
    const sounds = { s1: sound("S001"), s2: sound("S002"), s3: sound("S002", "T002.WAV"), s4: sound("S003") };
    const bare = take("", "x", { setup: null, take: null, sounds: [heard("s2", "SR2")] });
    const twice = dayOf([bare, plain], {}, { sounds: sounds as never });
    const second = { sounds: ["T001.WAV"], sound_roll: "SR2" };
    expect(identityOf(twice, bare)).toEqual(second);
    expect(editsOf(twice, bare, editedOf(bare), { ...editedOf(bare), board: "12A", take: "31" })).toEqual([
      { ...second, setup: "12A", take: "31" },
    ]);
    // One that no take has is known by the label of its roll alone.
    expect(recordingsSaid(twice, ["s4"])).toEqual({ sounds: ["T001.WAV"], sound_roll: "S003" });
    expect(recordingsSaid(twice, ["s3", "s4"])).toEqual({ sounds: ["T002.WAV", "S003/T001.WAV"] });
    expect(recordingsSaid(twice, ["s3", "A001C003"])).toEqual({ clips: ["A001C003"], sounds: ["T002.WAV"] });
    expect([...namesOf(twice, "sounds")]).toEqual([
      ["T001.WAV, roll S001", "s1"],
      ["T001.WAV, roll SR2", "s2"],
      ["T002.WAV", "s3"],
      ["T001.WAV, roll S003", "s4"],
    ]);
  });

  it("is only what was changed", () => {
    const was = editedOf(plain);
    expect(editsOf(day, plain, was, was)).toEqual([]);
    const changed = { ...was, lens: { A001C003: "85" }, flags: { ...was.flags, MOS: true }, note: "Rain" };
    expect(editsOf(day, plain, was, changed)).toEqual([
      { clips: ["A001C003"], lens: "85" },
      { setup: "12A", take: "3", flags: { MOS: true }, note: "Rain" },
    ]);
    expect(editsOf(day, plain, was, { ...was, take: "4" })).toEqual([
      { clips: ["A001C003"], setup: "12A", take: "4" },
    ]);
  });

  it("is shown at once, and leaves the studio's own day as it was", () => {
    const before = JSON.stringify(day);
    const said = sayFlag(day, plain, "CIRCLED", true);
    const now = withSaid(day, { said, take: plain.id, settles: null, done: "" });
    expect(isA(now.takes[0] as Take, "CIRCLED")).toBe(true);
    expect(JSON.stringify(day)).toBe(before);
  });

  it("settles a conflict by the value that is right", () => {
    const held = { value: "50", by: [] };
    const of = { id: "1", held, others: [], take: null, clip: "A001C003", sound: null, settled: false };
    expect(settling(day, { ...of, field: "lens" }, "85")).toEqual({ clips: ["A001C003"], lens: "85" });
    expect(settling(day, { ...of, field: "take" }, "899 take 2")).toEqual({
      clips: ["A001C003"],
      setup: "899",
      take: "2",
    });
    expect(settling(day, { ...of, field: "take" }, "no take")).toBeNull();
    const rates = ["23.976", "23,98", "29.97", "119.88", "48", "12.5", "24000/1001"].map(rateSaid);
    expect(rates).toEqual([
      "24000/1001",
      "24000/1001",
      "30000/1001",
      "120000/1001",
      "48/1",
      "125/10",
      "24000/1001",
    ]);
    expect(["0", "fast", "", "1/0"].map(rateSaid)).toEqual([null, null, null, null]);
  });
});

describe("a day's clock", () => {
  it("goes by its own zone, and a night ends on the next day", () => {
    const facts = {
      zone: "Europe/Berlin",
      call: "2026-09-30T19:00:00Z",
      wrap: "2026-10-01T04:30:00Z",
      kind: null,
    };
    const words = clockWords(facts);
    expect(words).toContain("21:00");
    expect(words).toContain("06:30");
    expect(words).toContain("Europe/Berlin");
  });

  it("tells when somebody said something as the day's report does", () => {
    const said = (iso: string, zone: string | null) => momentWords(iso, { zone });
    expect(said("2026-10-01T05:12:00Z", "Europe/Berlin")).toBe("2026-10-01 07:12 CEST");
    expect(said("2026-11-01T22:30:00+00:00", "Europe/Berlin")).toBe("2026-11-01 23:30 CET");
    expect(said("2026-10-01T04:12:00Z", "America/New_York")).toBe("2026-10-01 00:12 EDT");
    expect(said("2026-10-01T05:12:00Z", "Asia/Kolkata")).toBe("2026-10-01 10:42 GMT+5:30");
    for (const none of [null, "Nowhere/Land"])
      expect(said("2026-10-01T05:12:59Z", none)).toBe("2026-10-01 05:12 UTC");
  });

  it("counts runtimes as the day's report does", () => {
    expect([6468, 59.6, 54, 0, 36_000].map(runtimeWords)).toEqual([
      "1:47:48",
      "0:01:00",
      "0:00:54",
      "0:00:00",
      "10:00:00",
    ]);
  });

  it("tells an export of the day from what people wrote", () => {
    expect(citeWords({ source: "EXPORT", paper: "day.csv", line: 3 })).toBe(
      "an export of this day (day.csv, line 3)",
    );
  });
});
