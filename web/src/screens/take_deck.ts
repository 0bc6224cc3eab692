/** A take's cameras side by side, on one time, with one sound. */

import type { Media } from "../contracts";
import { count } from "../film/words";
import { Ensemble } from "../player/ensemble";
import { transportKeys } from "../player/keys";
import { speedText } from "../player/speed";
import { standingAt } from "../player/take_time";
import { fill, h, setText } from "../ui/dom";
import { type IconName, icon } from "../ui/icons";
import { onKey } from "../ui/keys";
import type { Studio } from "./screen";
import { type Camera, tile } from "./take_cameras";
import { line } from "./take_line";
import { soundWords } from "./take_words";

export interface TakeDeck {
  readonly node: HTMLElement;
  /** The moment of the take that is shown. */
  now(): number;
}

/** At least one camera → their deck, standing at `moment` of the take, or at its beginning. */
export async function takeDeck(
  studio: Studio,
  production: string,
  cameras: readonly Camera[],
  moment: number | null,
  signal: AbortSignal,
): Promise<TakeDeck> {
  const url = (media: Media, name: string) => studio.grants.url(production, media, name);
  const waves = new Map<Camera, string>();
  for (const camera of cameras)
    if (camera.media.names.includes("waveform.png"))
      waves.set(camera, await url(camera.media, "waveform.png"));

  let counts = 0;
  let large: number | null = null;
  let heard = firstHeard(cameras);
  let muted = false;
  let round = new AbortController();
  let together: readonly number[] = [];
  let ensemble: Ensemble;

  const tiles = await Promise.all(
    cameras.map((camera, index) =>
      tile(
        studio.grants,
        production,
        camera,
        index + 1,
        { enlarge: () => enlarge(index), hear: () => hear(index) },
        () => ensemble.seek(ensemble.now),
        signal,
      ),
    ),
  );
  const lanes = line(cameras, waves, (moment) => ensemble.seek(moment));
  const clock = h("output", { class: "timecode", "aria-label": "Source timecode" });
  const counter = h("span", { class: "counter" });
  const speed = h("span", { class: "speed", "aria-live": "polite" });
  const play = button("Play", "play", "play", () => ensemble.toggle());
  const mute = button("Mute (M)", "speaker", "mute", () => {
    muted = !muted;
    told();
  });
  const source = h("p", { class: "sound-source", "aria-live": "polite" });
  const stage = h("div", { class: "cameras" }, ...tiles.map(({ node }) => node));
  stage.style.setProperty("--cameras", String(cameras.length));
  stage.dataset.cameras = String(cameras.length);
  const node = h("section", { class: "deck take-deck", "aria-label": "Player" });
  const full = button("Full screen (F)", "full", "full", () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void node.requestFullscreen();
  });
  node.append(
    stage,
    lanes.node,
    h(
      "div",
      { class: "transport" },
      h(
        "div",
        { class: "buttons" },
        button("Back one frame", "stepBack", "step", () => ensemble.step(-1)),
        play,
        button("On one frame", "stepForward", "step", () => ensemble.step(1)),
        speed,
      ),
      h("div", { class: "where" }, clock, counter),
      h("div", { class: "buttons end" }, mute, full),
    ),
    source,
  );

  /** The cameras that run with the one that counts; one of which nobody knows when it ran plays alone. */
  function gather(at: number | null): void {
    round.abort();
    round = new AbortController();
    const alone = cameras[counts]?.together === false;
    together = cameras.flatMap((each, index) => ((alone ? index === counts : each.together) ? [index] : []));
    const voices = together.flatMap((index) => {
      const [camera, shown] = [cameras[index], tiles[index]];
      return camera && shown ? [{ video: shown.video, part: camera.time }] : [];
    });
    tiles.forEach(({ video }, index) => void (together.includes(index) || video.pause()));
    const ends = AbortSignal.any([signal, round.signal]);
    ensemble = new Ensemble(voices, together.indexOf(counts), voiceOf(heard), shown, ends);
    if (at !== null) ensemble.seek(at);
    told();
  }

  const voiceOf = (camera: number | null) => {
    const voice = camera === null ? -1 : together.indexOf(camera);
    return voice < 0 ? null : voice;
  };

  /** What was pressed: which is large, which is heard. */
  function told(): void {
    tiles.forEach(({ video, mark }, index) => {
      video.muted = muted || index !== heard;
      mark({ counts: index === counts, large: index === large, heard: index === heard && !muted });
    });
    stage.classList.toggle("one-large", large !== null);
    const sounding = heard === null ? null : (cameras[heard] ?? null);
    const running = cameras.filter((_, index) => together.includes(index));
    lanes.show(ensemble.span, running, muted ? null : sounding);
    setPressed(mute, muted ? "muted" : "speaker", muted);
    mute.hidden = sounding === null;
    setText(source, sourceWords(cameras, sounding, muted));
    shown();
  }

  function shown(): void {
    const { now, span } = ensemble;
    const leader = cameras[counts];
    tiles.forEach(({ show }, index) => {
      const [camera, voice] = [cameras[index], together.indexOf(index)];
      if (!camera) return;
      if (voice < 0) show(camera.time.first, null);
      else show(ensemble.frameOf(voice), standingAt(camera.time, now));
    });
    if (!leader) return;
    const frame = ensemble.counted;
    setText(clock, leader.label(frame));
    const of = count(leader.time.length, "frame");
    const words = `${leader.called}: frame ${frame - leader.time.first} · ${of}`;
    setText(counter, `${(now - span.from).toFixed(2)} s of ${(span.to - span.from).toFixed(2)} s · ${words}`);
    setText(speed, ensemble.waiting ? "loading…" : speedText(ensemble.speed));
    const running = ensemble.speed !== 0;
    if ((play.dataset.icon === "pause") !== running) setPressed(play, running ? "pause" : "play", running);
    lanes.playhead(now, `${leader.label(frame)}, ${words}`);
  }

  function enlarge(index: number): void {
    if (!cameras[index]) return;
    const alone = cameras[index]?.together === false || cameras[counts]?.together === false;
    large = large === index ? null : index;
    const changed = counts !== index;
    counts = index;
    if (changed && alone) gather(null);
    else ensemble.count(together.indexOf(index));
    told();
  }

  function hear(index: number): void {
    if (!cameras[index]?.audible) return;
    heard = index;
    muted = false;
    ensemble.hear(voiceOf(index));
    told();
  }

  gather(moment);
  transportKeys(
    {
      toggle: () => ensemble.toggle(),
      pause: () => ensemble.pause(),
      step: (by) => ensemble.step(by),
      shuttle: (direction) => ensemble.shuttle(direction),
    },
    node,
    signal,
  );
  onKey(
    "s",
    () => {
      const audible = cameras.flatMap((camera, index) => (camera.audible ? [index] : []));
      const next = audible[(audible.indexOf(heard ?? -1) + 1) % audible.length];
      if (next !== undefined) hear(next);
    },
    signal,
  );
  cameras.forEach((_, index) => void onKey(String(index + 1), () => enlarge(index), signal));
  node.addEventListener("click", (event) => {
    // Pressed with a pointer, a button gives the keys back: space plays, and does not press it again.
    if (event.detail > 0 && document.activeElement instanceof HTMLButtonElement)
      document.activeElement.blur();
  });
  return { node, now: () => ensemble.now };
}

/** The first camera that carries the mix, or else the first that carries anything. */
function firstHeard(cameras: readonly Camera[]): number | null {
  const mix = cameras.findIndex(({ clip }) => clip.sound?.applied);
  const any = mix < 0 ? cameras.findIndex(({ audible }) => audible) : mix;
  return any < 0 ? null : any;
}

function sourceWords(cameras: readonly Camera[], sounding: Camera | null, muted: boolean): string {
  if (sounding === null) {
    const expected = cameras.some(({ clip }) => !clip.silent);
    return expected
      ? "No camera of this take carries sound."
      : "No sound, and none is expected: MOS or off speed.";
  }
  const words = `${sounding.called}, ${soundWords(sounding.clip).short}: ${soundWords(sounding.clip).sentence}`;
  return muted ? `Muted. ${words}` : `Heard: ${words}`;
}

function button(words: string, name: IconName, kind: string, press: () => void): HTMLButtonElement {
  const made = h(
    "button",
    { type: "button", class: `icon-button ${kind}`, title: words, "aria-label": words, onclick: press },
    icon(name),
  );
  made.dataset.icon = name;
  return made;
}

function setPressed(made: HTMLButtonElement, name: IconName, pressed: boolean): void {
  made.setAttribute("aria-pressed", String(pressed));
  if (made.dataset.icon === name) return;
  made.dataset.icon = name;
  fill(made, icon(name));
}
