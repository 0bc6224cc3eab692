/**
 * Plays several cameras of a take together: one video is the clock, the others are kept on it.
 *
 * They are kept together by their own clocks, read in one go: those tell a millisecond, where the moments at which
 * pictures come to the screen scatter by half its beat to either side. Which pictures came on one beat then trims what
 * is left, and is what the page's tests measure.
 */

import { Follower } from "./follower";
import { Clock } from "./steering";
import { frameAt, frameMiddle, momentOf, type Part, type Span, standingAt, wholeSpan } from "./take_time";
import { nextSpeed } from "./transport";

/** One camera's video, and the part of it that is the take. */
export interface Voice {
  readonly video: HTMLVideoElement;
  readonly part: Part;
}

export class Ensemble {
  /** Frames for each frame of time: 1 while playing, -2 while shuttling back at twice the speed, 0 at rest. */
  speed = 0;
  readonly span: Span;
  /** Where the take stands, in its own seconds: at rest the middle of a frame of the camera that counts. */
  private moment: number;
  /** Null at rest, and while a picture is waited for before all go on. */
  private clock: Clock | null = null;
  private master: Follower | null = null;
  private beat = 0;
  private readonly followers: readonly Follower[];

  /**
   * `voices` run together. `counts`: the camera whose frames are stepped through; `heard`: the one whose sound is
   * heard, which is the clock and so never nudged. `shown` is called whenever something else is on the screen.
   */
  constructor(
    voices: readonly Voice[],
    private counts: number,
    private heard: number | null,
    private readonly shown: () => void,
    signal: AbortSignal,
  ) {
    const presented = this.presented.bind(this);
    this.followers = voices.map(({ video, part }) => new Follower(video, part, presented, signal));
    this.span = wholeSpan(voices.map(({ part }) => part));
    this.moment = frameMiddle(this.leader.part, this.span.from, this.span);
    signal.addEventListener("abort", () => this.settle(0));
    this.place();
  }

  /** The moment of the take that is shown. */
  get now(): number {
    if (this.clock === null) return this.moment;
    return Math.max(this.span.from, Math.min(this.clock.at(performance.now()), this.span.to));
  }

  /** True while a picture is waited for before all go on. */
  get waiting(): boolean {
    return this.speed !== 0 && this.clock === null;
  }

  /** The frame of a camera that is on the screen. */
  frameOf(voice: number): number {
    return this.followers[voice]?.frame ?? 0;
  }

  /** The frame of the camera that counts, on the screen or on its way to it. */
  get counted(): number {
    const { leader, now } = this;
    const { is, frame } = standingAt(leader.part, now);
    if (is !== "running") return frame;
    return this.speed > 0 ? leader.frame : frameAt(leader.part, now);
  }

  /** Another camera's frames are counted and stepped through. */
  count(voice: number): void {
    this.counts = voice;
    if (this.speed === 0) this.seek(this.moment);
  }

  hear(voice: number | null): void {
    this.heard = voice;
  }

  /** Shows a moment of the take: the frame of the camera that counts, and what the others have then. */
  seek(moment: number): void {
    this.settle(0);
    this.moment = frameMiddle(this.leader.part, moment, this.span);
    this.place();
    this.shown();
  }

  /** What was seen last stays: the frame on the screen of the camera that counts. */
  pause(): void {
    const { leader, speed, now } = this;
    const runs = speed > 0 && standingAt(leader.part, now).is === "running";
    this.seek(runs ? momentOf(leader.part, leader.frame) : now);
  }

  /** Pauses and moves by whole frames of the camera that counts. */
  step(by: number): void {
    if (this.speed !== 0) this.pause();
    this.seek(this.moment + by / this.leader.part.perSecond);
  }

  toggle(): void {
    if (this.speed === 0) this.run(1);
    else this.pause();
  }

  /** J and L: the first press plays, each further one in the same direction is faster. */
  shuttle(direction: 1 | -1): void {
    this.run(direction * nextSpeed(this.speed, direction));
  }

  private get leader(): Follower {
    const found = this.followers[this.counts];
    if (!found) throw new RangeError(`no camera ${this.counts}`);
    return found;
  }

  private run(speed: number): void {
    const { now, span } = this;
    const atEnd = now > span.to - 1 / this.leader.part.perSecond;
    const again = speed > 0 && this.speed === 0 && atEnd;
    const turned = this.speed < 0 !== speed < 0;
    this.settle(speed);
    this.moment = again ? span.from : now;
    if (again || turned) this.place();
    this.go(performance.now());
    this.beat = requestAnimationFrame(this.tick);
    this.shown();
  }

  /** Starts the clock as soon as every camera that runs now has its picture. */
  private go(wall: number): void {
    const running = this.followers.filter(({ part }) => standingAt(part, this.moment).is === "running");
    if (this.speed > 0 && !running.every(({ ready }) => ready)) return;
    this.clock = new Clock(this.moment, wall, this.speed);
    this.master = null;
    if (this.speed > 0) for (const each of running) this.start(each);
    else for (const each of this.followers) each.stop();
  }

  private start(each: Follower): void {
    // A browser may refuse to start, or a pause may come first: then the speed stays 0, which is the truth.
    each.start(this.speed).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.pause();
    });
  }

  private readonly tick = (wall: number): void => {
    this.beat = requestAnimationFrame(this.tick);
    if (this.clock === null) {
      this.go(wall);
      return;
    }
    this.lead();
    this.moment = this.clock.at(wall);
    const ended = this.speed > 0 ? this.moment >= this.span.to : this.moment <= this.span.from;
    if (ended) this.seek(this.moment);
    else if (this.speed > 0) this.keep(wall);
    else if (this.followers.every(({ video }) => !video.seeking)) this.place();
    this.shown();
  };

  /** Cameras begin and end on their own frames; where one lacks its picture, all wait. */
  private keep(wall: number): void {
    for (const each of this.followers) {
      const { is, frame } = standingAt(each.part, this.moment);
      const { paused, ended } = each.video;
      // One that is over a moment early stays: played again it would begin anew.
      if (is === "running" && paused && !ended && !each.waits) this.start(each);
      else if (is !== "running" && !paused) each.rest(frame);
    }
    if (!this.followers.some((each) => each.stuck(wall))) return;
    this.clock = null;
    this.place();
  }

  /** Chooses which video is the clock, and reads it: the one that is heard, so that sound is never nudged. */
  private lead(): void {
    const { clock, speed } = this;
    if (clock === null || speed < 0) return;
    const heard = this.heard === null ? null : this.followers[this.heard];
    const master = [heard, this.leader, ...this.followers].find(
      (each) => each && standingAt(each.part, this.moment).is === "running",
    );
    if (master && master !== this.master) master.lead(speed);
    this.master = master ?? null;
    // One that has just begun has a clock that stands yet.
    if (master?.goes) clock.tell(master.moment, performance.now());
  }

  private presented(each: Follower): void {
    const { clock, speed } = this;
    if (clock === null || speed <= 0 || !each.goes) {
      this.shown();
      return;
    }
    this.lead();
    const { master } = this;
    if (!master?.goes) return;
    const others =
      each === master ? this.followers.filter((other) => other !== master && other.goes) : [each];
    for (const other of others) if (other.beat === master.beat) other.compare(master);
    if (each !== master) each.steer(clock.at(performance.now()), speed);
  }

  /** Every camera stands on its frame of this moment. */
  private place(): void {
    for (const each of this.followers) each.rest(standingAt(each.part, this.moment).frame);
  }

  private settle(speed: number): void {
    cancelAnimationFrame(this.beat);
    if (speed === 0) for (const each of this.followers) each.stop();
    this.speed = speed;
    this.clock = null;
  }
}
