/** The player: picture, strip to scrub on, and the controls below, so that nothing ever covers the picture. */

import "media-chrome/dist/media-controller.js";
import "media-chrome/dist/media-fullscreen-button.js";
import "media-chrome/dist/media-loading-indicator.js";
import "media-chrome/dist/media-mute-button.js";
import "media-chrome/dist/media-play-button.js";
import "media-chrome/dist/media-preview-thumbnail.js";
import "media-chrome/dist/media-time-range.js";
import "media-chrome/dist/media-volume-range.js";
import type { MediaController } from "media-chrome/dist/media-controller.js";
import type { Grants } from "../account/grants";
import type { Inspection, Measurements, Media } from "../contracts";
import { parseRational, type Rational } from "../film/rational";
import { parseTimecode, timecodeAt } from "../film/timecode";
import { count } from "../film/words";
import { h, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { adoptStyles } from "./adopted_styles";
import { transportKeys } from "./keys";
import { speedText } from "./speed";
import { type Lanes, strip } from "./strip";
import { Transport } from "./transport";

adoptStyles("media-");

/** A picture that cannot be loaded is asked for with a new grant, but not in a loop. */
const RELOAD_AFTER_MS = 10_000;

export interface Deck {
  readonly node: HTMLElement;
  readonly rate: Rational;
  readonly frames: number;
  /** The source timecode of a frame, or its number where the file has no timecode. */
  label(frame: number): string;
  /** The frame that is shown, counted from 0. */
  frame(): number;
  seek(frame: number): void;
  /** Calls `shown` with every frame that comes to the screen, and with the one that is there. */
  follow(shown: (frame: number) => void): void;
  measured(measurements: Measurements): void;
  analysed(lanes: Lanes): void;
}

export async function deck(
  grants: Grants,
  production: string,
  media: Media,
  inspection: Inspection,
  signal: AbortSignal,
): Promise<Deck> {
  const url = (name: string) => grants.url(production, media, name);
  const { frames } = inspection.video;
  const rate = parseRational(inspection.video.rate);
  const timecode = inspection.start_timecode === null ? null : parseTimecode(inspection.start_timecode, rate);
  const label = (frame: number) => (timecode ? timecodeAt(timecode, frame) : `frame ${frame}`);

  const track = h("track", {
    kind: "metadata",
    label: "thumbnails",
    default: true,
    src: await url("filmstrip.vtt"),
  });
  const video = h(
    "video",
    { slot: "media", playsinline: true, preload: "auto", poster: await url("poster.jpg") },
    track,
  );
  video.src = await url("proxy.mp4");

  const clock = h("output", { class: "timecode", "aria-label": "Source timecode" });
  const counter = h("span", { class: "counter" });
  const speed = h("span", { class: "speed", "aria-live": "polite" });
  const lost = h("p", { class: "lost", role: "alert", hidden: true });
  const followers: ((frame: number) => void)[] = [];
  const transport = new Transport(video, rate, frames, () => {
    setText(clock, timecode ? timecodeAt(timecode, transport.frame) : `frame ${transport.frame}`);
    setText(counter, `frame ${transport.frame} · ${count(frames, "frame")}`);
    setText(speed, speedText(transport.speed));
    scrubber.playhead(transport.frame);
    for (const follower of followers) follower(transport.frame);
  });
  const waveform = media.names.includes("waveform.png") ? await url("waveform.png") : null;
  const scrubber = strip(transport, frames, waveform, label);

  let reloadedAt = -RELOAD_AFTER_MS;
  async function reload(): Promise<void> {
    if (performance.now() - reloadedAt < RELOAD_AFTER_MS) throw new Error("the picture was refused twice");
    reloadedAt = performance.now();
    grants.refused(production, video.getAttribute("src") ?? "");
    const { frame, speed } = transport;
    video.src = await url("proxy.mp4");
    track.src = await url("filmstrip.vtt");
    transport.seek(frame);
    if (speed > 0) await video.play();
  }
  // An address of the store lives for minutes: whoever pauses for longer meets its end here.
  video.addEventListener("error", () => {
    if (signal.aborted) return;
    reload().catch(() => {
      setText(lost, "The picture does not load. Reload the page to try again.");
      lost.hidden = false;
    });
  });

  const node = h("section", { class: "deck", "aria-label": "Player" });
  const stage = element("media-controller", { id: "stage", class: "stage", nohotkeys: "", noautohide: "" }, [
    video,
    element("media-loading-indicator", { slot: "centered-chrome", noautohide: "" }),
  ]) as MediaController;
  stage.fullscreenElement = node; // the whole deck, not only its picture
  node.append(
    stage,
    lost,
    scrubber.node,
    h(
      "div",
      { class: "transport" },
      h(
        "div",
        { class: "buttons" },
        frameButton("Back one frame", "stepBack", () => transport.step(-1)),
        control("media-play-button"),
        frameButton("On one frame", "stepForward", () => transport.step(1)),
        speed,
      ),
      h(
        "div",
        { class: "where" },
        clock,
        timecode ? counter : h("span", { class: "counter" }, "no timecode in the file · ", counter),
      ),
      h(
        "div",
        { class: "buttons end" },
        inspection.audio.length > 0 && control("media-mute-button"),
        inspection.audio.length > 0 && control("media-volume-range"),
        control("media-fullscreen-button"),
      ),
    ),
  );
  transportKeys(transport, node, signal);
  signal.addEventListener("abort", () => {
    // A video that nobody sees must not go on loading.
    video.removeAttribute("src");
    video.load();
  });
  setText(clock, timecode ? timecodeAt(timecode, 0) : "frame 0");
  setText(counter, `frame 0 · ${count(frames, "frame")}`);
  return {
    node,
    rate,
    frames,
    label,
    frame: () => transport.wanted,
    seek: (frame) => transport.step(frame - transport.frame),
    follow(shown) {
      followers.push(shown);
      shown(transport.frame);
    },
    measured: scrubber.measured,
    analysed: scrubber.analysed,
  };
}

/** A media-chrome element that belongs to the stage, wherever it stands. */
function control(tag: string): HTMLElement {
  return element(tag, { mediacontroller: "stage", notooltip: "" });
}

function frameButton(title: string, name: "stepBack" | "stepForward", press: () => void): HTMLElement {
  return h(
    "button",
    { type: "button", class: "icon-button", title, "aria-label": title, onclick: press },
    icon(name),
  );
}

function element(tag: string, attributes: Record<string, string>, children: Node[] = []): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
