/** One camera's video among those of a take: what it shows, how far it is off, and what is done about that. */

import { correction, Lately, trimmed } from "./steering";
import { momentOf, type Part } from "./take_time";

/** A video that has no picture for so long while it should run: the others wait for it. */
const STUCK_MS = 250;
/** How long a jump takes until one was measured. */
const JUMP_MS = 120;
/** No two jumps follow each other faster: where a machine is too slow for all cameras, jumping makes it slower. */
const BETWEEN_JUMPS_MS = 1000;

export class Follower {
  /** The clip's frame on the screen, and on which beat of the screen it came there. */
  frame: number;
  beat = 0;
  /** Seconds that it is ahead of the clock. */
  private readonly ahead = new Lately();
  /** Seconds that it is kept behind the clock, so that its pictures are the right ones. */
  private trim = 0;
  /** How many milliseconds late it is, by the last ones, after a jump and after a wait. */
  private readonly late = { jump: JUMP_MS, wait: 0 };
  private did: "jump" | "wait" | null = null;
  private jumpedAt = -BETWEEN_JUMPS_MS;
  private wanted: number | null = null;
  private stuckSince: number | null = null;
  private pause = 0;

  constructor(
    readonly video: HTMLVideoElement,
    readonly part: Part,
    presented: (follower: Follower) => void,
    signal: AbortSignal,
  ) {
    this.frame = part.first;
    const told = (beat: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      if (signal.aborted) return;
      this.beat = beat;
      // `mediaTime` is the frame's own timestamp, so the nearest whole frame is the frame itself.
      this.frame = Math.round(mediaTime * part.perSecond);
      presented(this);
      video.requestVideoFrameCallback(told);
    };
    video.requestVideoFrameCallback(told);
    const arrived = () => {
      const { wanted } = this;
      this.wanted = null;
      if (wanted !== null) this.seek(wanted);
    };
    video.addEventListener("seeked", arrived, { signal });
  }

  /** Where its own clock is, in the take's time. */
  get moment(): number {
    return this.part.at + this.video.currentTime;
  }

  /** True while its clock goes on. */
  get goes(): boolean {
    return !this.video.paused && this.ready;
  }

  get ready(): boolean {
    return !this.video.seeking && this.video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  /** True while it stands so that the clock comes up with it. */
  get waits(): boolean {
    return this.pause !== 0;
  }

  /** Whether it has stood for long although it should run, and a jump is not the reason. */
  stuck(wall: number): boolean {
    const waits = !this.video.paused && !this.video.seeking && !this.ready;
    this.stuckSince = waits ? (this.stuckSince ?? wall) : null;
    return this.stuckSince !== null && wall - this.stuckSince > STUCK_MS;
  }

  /** Shows a frame and stays there. */
  rest(frame: number): void {
    this.stop();
    // The middle of a frame is half a frame away from every rounding error.
    this.seek((frame + 0.5) / this.part.perSecond);
  }

  start(speed: number): Promise<void> {
    this.ahead.clear();
    this.video.playbackRate = speed;
    return this.video.play();
  }

  stop(): void {
    clearTimeout(this.pause);
    this.pause = 0;
    this.video.pause();
  }

  /** It is the clock from here on, so nothing is done about it. */
  lead(speed: number): void {
    this.ahead.clear();
    this.did = null;
    this.video.playbackRate = speed;
  }

  /** Its picture and another one's came to the screen on one beat. */
  compare(other: Follower): void {
    const apart = momentOf(this.part, this.frame) - momentOf(other.part, other.frame);
    this.trim = trimmed(this.trim, apart, 1 / this.part.perSecond);
  }

  /** The clock is at `moment`, and going at `speed`. */
  steer(moment: number, speed: number): void {
    this.ahead.add(this.moment - moment + this.trim);
    const lately = this.ahead.middle;
    if (lately === null) return;
    if (this.did) this.late[this.did] = Math.max(0, this.late[this.did] - (1000 * lately) / speed);
    this.did = null;
    const { video, part } = this;
    const next = correction(lately, 1 / part.perSecond, speed, video.playbackRate);
    if (next.does === "wait") this.wait(1000 * next.s - this.late.wait, speed);
    else if (next.does === "jump") this.jumpTo(moment, speed);
    else if (video.playbackRate !== next.rate) video.playbackRate = next.rate;
  }

  private wait(ms: number, speed: number): void {
    if (ms <= 0) return;
    this.did = "wait";
    this.ahead.clear();
    this.video.pause();
    this.pause = window.setTimeout(() => {
      this.pause = 0;
      this.video.playbackRate = speed;
      this.video.play().catch(() => {}); // a pause came first, and stands
    }, ms);
  }

  private jumpTo(moment: number, speed: number): void {
    if (performance.now() - this.jumpedAt < BETWEEN_JUMPS_MS) return;
    this.jumpedAt = performance.now();
    this.did = "jump";
    this.ahead.clear();
    this.video.playbackRate = speed;
    this.seek(moment + (speed * this.late.jump) / 1000 - this.part.at);
  }

  /** Of several moments that are asked for at once only the last one is looked for. */
  private seek(seconds: number): void {
    this.wanted = this.video.seeking ? seconds : null;
    if (this.wanted === null) this.video.currentTime = Math.max(0, seconds);
  }
}
