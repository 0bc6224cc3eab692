/** What keeps a video on the clock: how far it is off, and what to do about it. Pure: it touches no video. */

/** Measurements that are looked at together, so that one that came late moves nothing. */
const LATELY = 5;
/** From so many on it is known where a video is. */
const ENOUGH = 3;
/** By how much a video may run faster or slower without anybody seeing it. */
const MOST_NUDGE = 0.02;
/** A nudge brings a video back within this time, unless it would have to be stronger than that. */
const NUDGE_S = 0.5;
/** Rates go by such steps: each new one costs a browser some of the sound that it holds ready. */
const STEP = 0.005;
/** Parts of a frame that are left alone, where it runs as it should, and where it was nudged already. */
const STILL = 0.08;
const STILL_NUDGED = 0.02;
/** Frames from which on a video that is ahead waits, because a nudge would take seconds. */
const WAIT = 0.5;
/** Frames from which on a video that is behind jumps: a jump itself costs some. */
const JUMP = 1.2;

/** What is done about a video: it runs at a rate, stands for some seconds, or jumps to where the clock is. */
export type Correction =
  | { readonly does: "run"; readonly rate: number }
  | { readonly does: "wait"; readonly s: number }
  | { readonly does: "jump" };

/** How far ahead a video is, in seconds, how long its frame lasts, how fast all go, and it → what is done about it. */
export function correction(ahead: number, frame: number, speed: number, rate: number): Correction {
  const off = ahead / (frame * Math.max(1, speed));
  if (off < -JUMP) return { does: "jump" };
  if (off > WAIT) return { does: "wait", s: ahead / speed };
  if (Math.abs(off) < (rate === speed ? STILL : STILL_NUDGED)) return { does: "run", rate: speed };
  const nudge = Math.max(-MOST_NUDGE, Math.min(ahead / speed / NUDGE_S, MOST_NUDGE));
  return { does: "run", rate: speed * (1 - STEP * Math.round(nudge / STEP)) };
}

/** What was measured lately → its median. */
export class Lately {
  private values: number[] = [];

  add(value: number): void {
    this.values.push(value);
    if (this.values.length > LATELY) this.values.shift();
  }

  clear(): void {
    this.values = [];
  }

  /** Null while too little was measured. */
  get middle(): number | null {
    if (this.values.length < ENOUGH) return null;
    const sorted = [...this.values].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    const [below = 0, above = 0] = [sorted[half - 1], sorted[half]];
    return sorted.length % 2 ? above : (below + above) / 2;
  }
}

/** How much of what pictures are apart is trimmed at each of them: a second trims half of it. */
const TRIM = 0.03;
/** What is trimmed goes again in half a minute, so that nothing stays that was only once. */
const FADE = 0.999;
/** Parts of a frame that are trimmed at most. More than that is no matter of the screen's beat. */
const MOST_TRIM = 0.5;

/**
 * Two videos whose clocks agree still show different frames where the screen's beat falls between them, and at 29.97
 * on a screen of 60 that lasts for seconds: what their pictures are apart is trimmed away, in parts of a frame.
 */
export function trimmed(trim: number, apart: number, frame: number): number {
  const most = MOST_TRIM * frame;
  return Math.max(-most, Math.min(FADE * trim + TRIM * apart, most));
}

/** The take's time while it runs: by the wall, from where a video last told it. */
export class Clock {
  constructor(
    private moment: number,
    private wall: number,
    readonly speed: number,
  ) {}

  /** The moment of the take at `wall` milliseconds. */
  at(wall: number): number {
    return this.moment + (this.speed * (wall - this.wall)) / 1000;
  }

  tell(moment: number, wall: number): void {
    this.moment = moment;
    this.wall = wall;
  }
}
