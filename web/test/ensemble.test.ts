import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseRational } from "../src/film/rational";
import { Clock, correction, Lately, trimmed } from "../src/player/steering";
import {
  frameAt,
  frameMiddle,
  momentOf,
  type Part,
  perSecondOf,
  spanOf,
  standingAt,
  wholeSpan,
} from "../src/player/take_time";

const RATES = ["24000/1001", "24/1", "25/1", "30000/1001", "50/1", "60000/1001", "120000/1001"];
const perSecond = fc.constantFrom(...RATES).map((rate) => perSecondOf(parseRational(rate)));
const length = fc.integer({ min: 1, max: 100_000 });
/** Clips of one take: they begin whole frames apart, as cameras that are locked to one another do. */
const part = fc
  .record({ perSecond, length, first: fc.nat(10_000), begins: fc.integer({ min: 0, max: 50_000 }) })
  .map(
    ({ perSecond, length, first, begins }): Part => ({ perSecond, length, first, at: begins / perSecond }),
  );

describe("a camera's part of a take", () => {
  it("shows each of its frames in the middle of that frame's time, whatever the rate", () => {
    fc.assert(
      fc.property(part, fc.nat(), (part, any) => {
        const frame = part.first + (any % part.length);
        expect(frameAt(part, momentOf(part, frame))).toBe(frame);
        expect(standingAt(part, momentOf(part, frame))).toEqual({ is: "running", frame, wait_s: 0 });
      }),
    );
  });

  it("stands on its first frame before it begins, and on its last after it has ended", () => {
    fc.assert(
      fc.property(part, fc.double({ min: 0.01, max: 100, noNaN: true }), (part, away) => {
        const { from, to } = spanOf(part);
        const before = standingAt(part, from - away);
        expect(before).toMatchObject({ is: "before", frame: part.first });
        expect(before.wait_s).toBeCloseTo(away, 6);
        const after = standingAt(part, to + away);
        expect(after).toMatchObject({ is: "after", frame: part.first + part.length - 1 });
        expect(after.wait_s).toBeCloseTo(away, 6);
      }),
    );
  });

  it("steps onto every frame of the camera that counts, and never out of the take", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const [leader] = parts as [Part];
        const span = wholeSpan(parts);
        for (const sought of [span.from - 9, span.from, (span.from + span.to) / 2, span.to, span.to + 9]) {
          const moment = frameMiddle(leader, sought, span);
          expect(moment).toBeGreaterThan(span.from - 1 / leader.perSecond);
          expect(moment).toBeLessThan(span.to + 1 / leader.perSecond);
          const next = frameMiddle(leader, moment + 1 / leader.perSecond, span);
          const step = frameAt(leader, next) - frameAt(leader, moment);
          expect(step === 1 || (step === 0 && moment + 1 / leader.perSecond > span.to)).toBe(true);
        }
      }),
    );
  });
});

describe("a video beside the clock", () => {
  const frame = 1 / 25;

  test.each([
    ["runs on where it is right", 0.001, { does: "run", rate: 1 }],
    ["is slowed a little where it is a little ahead", 0.005, { does: "run", rate: 0.99 }],
    ["is hurried a little where it is a little behind", -0.005, { does: "run", rate: 1.01 }],
    ["is never hurried by more than can be seen", -0.03, { does: "run", rate: 1.02 }],
    ["waits where it is far ahead", 0.1, { does: "wait", s: 0.1 }],
    ["jumps where it is far behind", -0.1, { does: "jump" }],
  ])("%s", (_, ahead, done) => {
    expect(correction(ahead, frame, 1, 1)).toEqual(done);
  });

  it("comes to the clock and stays there, from anywhere within a frame", () => {
    fc.assert(
      fc.property(fc.double({ min: -frame, max: frame / 2, noNaN: true }), (start) => {
        let [ahead, rate] = [start, 1];
        for (let second = 0; second < 4; second += frame) {
          const done = correction(ahead, frame, 1, rate);
          if (done.does !== "run") throw new Error("it was no more than a frame off");
          rate = done.rate;
          ahead += (rate - 1) * frame;
        }
        expect(Math.abs(ahead)).toBeLessThan(0.1 * frame);
      }),
    );
  });

  it("is trimmed until the pictures agree, and by no more than half a frame", () => {
    let trim = 0;
    for (let picture = 0; picture < 500; picture += 1) trim = trimmed(trim, trim > 0.004 ? 0 : frame, frame);
    expect(trim).toBeGreaterThan(0.003);
    expect(trim).toBeLessThan(0.006);
    for (let picture = 0; picture < 500; picture += 1) trim = trimmed(trim, 3 * frame, frame);
    expect(trim).toBe(frame / 2);
  });
});

describe("the clock", () => {
  it("goes by the wall from where a video told it last", () => {
    const clock = new Clock(10, 1000, 2);
    expect(clock.at(1500)).toBe(11);
    clock.tell(10.9, 1500);
    expect(clock.at(1600)).toBeCloseTo(11.1, 9);
  });

  it("believes nothing that was measured once", () => {
    const lately = new Lately();
    lately.add(5);
    expect(lately.middle).toBeNull();
    for (const value of [0.1, 0.2, 0.3, 0.2]) lately.add(value);
    expect(lately.middle).toBe(0.2);
  });
});
