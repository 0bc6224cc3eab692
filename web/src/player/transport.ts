/** Moves through a clip frame by frame. It counts in whole frames; only what the browser is told is in seconds. */

import type { Rational } from "../film/rational";

/** How fast J and L go, one press after the other. */
const SPEEDS = [1, 2, 4, 8];

/** How fast it goes after one more press of J or L. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const now = Math.sign(speed) === direction ? SPEEDS.indexOf(Math.abs(speed)) : -1;
  return SPEEDS[Math.min(now + 1, SPEEDS.length - 1)] ?? 1;
}

export class Transport {
  /** The frame on the screen, counted from 0. */
  frame = 0;
  /** Frames for each frame of time: 1 while playing, -2 while shuttling back at twice the speed, 0 at rest. */
  speed = 0;
  /** Where a step wants to be while its picture is still on the way: quick presses add up. */
  private aim: number | null = null;
  private reversing = 0;
  private readonly perSecond: number;

  constructor(
    private readonly video: HTMLVideoElement,
    rate: Rational,
    private readonly frames: number,
    private readonly shown: () => void,
  ) {
    this.perSecond = Number(rate.numerator) / Number(rate.denominator);
    const presented = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      // `mediaTime` is the frame's own timestamp, so the nearest whole frame is the frame itself.
      this.frame = this.clamp(Math.round(mediaTime * this.perSecond));
      if (this.frame === this.aim) this.aim = null;
      this.shown();
      video.requestVideoFrameCallback(presented);
    };
    video.requestVideoFrameCallback(presented);
    video.addEventListener("play", () => this.settle(video.playbackRate));
    // Shuttling back pauses the video too; that pause ends nothing.
    video.addEventListener("pause", () => this.speed > 0 && this.settle(0));
    video.addEventListener("ratechange", () => !video.paused && this.settle(video.playbackRate));
    video.addEventListener("seeking", () => {
      if (this.aim === null || Math.abs(video.currentTime - this.timeOf(this.aim)) < 0.5 / this.perSecond)
        return;
      this.aim = null; // somebody scrubs
      if (this.speed < 0) this.settle(0);
    });
  }

  /** The frame on the screen, or the one that is on its way to it. */
  get wanted(): number {
    return this.aim ?? this.frame;
  }

  /** Shows frame number `frame`. */
  seek(frame: number): void {
    this.aim = this.clamp(frame);
    this.video.currentTime = this.timeOf(this.aim);
  }

  /** Pauses and moves by whole frames. */
  step(by: number): void {
    this.pause();
    this.seek((this.aim ?? this.frame) + by);
  }

  /** J and L: the first press plays, each further one in the same direction is faster. */
  shuttle(direction: 1 | -1): void {
    const speed = nextSpeed(this.speed, direction);
    if (direction < 0) this.reverse(speed);
    else this.play(speed);
  }

  toggle(): void {
    if (this.speed === 0) this.play(1);
    else this.pause();
  }

  pause(): void {
    this.video.pause();
    this.settle(0);
  }

  private play(speed: number): void {
    this.video.playbackRate = speed;
    // A browser may refuse to start, or a pause may come first: then the speed stays 0, which is the truth.
    this.video.play().catch(() => this.settle(0));
  }

  /** Browsers do not play backwards, so the frames are asked for one by one, as many as the decoder keeps up with. */
  private reverse(speed: number): void {
    this.video.pause();
    this.settle(-speed);
    const from = { frame: this.aim ?? this.frame, at: performance.now() };
    const back = (now: number) => {
      const frame = this.clamp(from.frame - Math.floor(((now - from.at) / 1000) * this.perSecond * speed));
      if (!this.video.seeking && frame !== this.frame) this.seek(frame);
      if (frame === 0) this.settle(0);
      else this.reversing = requestAnimationFrame(back);
    };
    this.reversing = requestAnimationFrame(back);
  }

  private settle(speed: number): void {
    cancelAnimationFrame(this.reversing);
    if (speed > 0) this.aim = null;
    this.speed = speed;
    this.shown();
  }

  private clamp(frame: number): number {
    return Math.max(0, Math.min(frame, this.frames - 1));
  }

  /** The middle of a frame in seconds: half a frame away from every rounding error. */
  timeOf(frame: number): number {
    return (frame + 0.5) / this.perSecond;
  }
}
