/** A take's cameras, each with its picture, whose sound it carries, and where it stands in the take. */

import type { Grants } from "../account/grants";
import type { ClipOfDay, ClipPart, Media, ShootingDay, Take } from "../contracts";
import { parseRational } from "../film/rational";
import { parseTimecode, timecodeAt } from "../film/timecode";
import { type Part, perSecondOf, type Standing } from "../player/take_time";
import { h, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import { offSpeed, soundWords } from "./take_words";

/** A picture that cannot be loaded is asked for with a new grant, but not in a loop. */
const RELOAD_AFTER_MS = 10_000;

export interface Camera {
  readonly part: ClipPart;
  readonly clip: ClipOfDay;
  /** As people call it: its letter, or its clip where it has none. */
  readonly called: string;
  readonly media: Media;
  /** `at`: 0 for one of which nobody knows when it ran; `together` is false then. */
  readonly time: Part;
  readonly together: boolean;
  /** True where its picture carries some sound. */
  readonly audible: boolean;
  /** The source timecode of a frame, or its number where the file has no timecode. */
  label(frame: number): string;
}

/** A take's cameras that have pictures, in the order in which the take has them. */
export function camerasOf(day: ShootingDay, take: Take): Camera[] {
  return take.clips.flatMap((part) => {
    const clip = day.clips[part.id];
    return clip?.media ? [cameraOf(part, clip, clip.media)] : [];
  });
}

function cameraOf(part: ClipPart, clip: ClipOfDay, media: Media): Camera {
  const rate = parseRational(clip.rate);
  const timecode = clip.start_timecode === null ? null : parseTimecode(clip.start_timecode, rate);
  return {
    part,
    clip,
    called: visible(clip.camera ?? clip.name),
    media,
    time: { at: part.at_s ?? 0, first: part.first, length: part.length, perSecond: perSecondOf(rate) },
    together: part.at_s !== null,
    audible: clip.has_sound || clip.sound?.applied === true,
    label: (frame) => (timecode ? timecodeAt(timecode, frame) : `frame ${frame}`),
  };
}

export interface Tile {
  readonly node: HTMLElement;
  readonly video: HTMLVideoElement;
  /** What is on its screen, and where that is in the take; null while it does not run with the others. */
  show(frame: number, standing: Standing | null): void;
  /** `counts`: its frames are stepped through. */
  mark(marks: { counts: boolean; large: boolean; heard: boolean }): void;
}

export async function tile(
  grants: Grants,
  production: string,
  camera: Camera,
  number: number,
  pressed: { enlarge: () => void; hear: () => void },
  reloaded: () => void,
  signal: AbortSignal,
): Promise<Tile> {
  const { clip, called, media } = camera;
  const url = (name: string) => grants.url(production, media, name);
  const video = h("video", { playsinline: true, preload: "auto", poster: await url("poster.jpg") });
  video.src = await url("proxy.mp4");
  const stands = h("span", { class: "stands" });
  const where = h("span", { class: "camera-timecode" });
  const enlarge = h(
    "button",
    {
      type: "button",
      class: "camera-picture",
      title: `Enlarge ${called} (${number})`,
      onclick: pressed.enlarge,
    },
    video,
    stands,
  );
  const hear = h(
    "button",
    { type: "button", class: "icon-button hear", "aria-label": `Hear ${called}`, onclick: pressed.hear },
    icon("speaker"),
  );
  hear.hidden = !camera.audible;
  const off = offSpeed(camera.part, clip);
  const node = h(
    "figure",
    { class: "camera" },
    enlarge,
    h(
      "figcaption",
      {},
      h("b", {}, called),
      clip.camera !== null && h("bdi", { class: "camera-clip" }, visible(clip.name)),
      where,
      off !== null && h("span", { class: "off-speed", title: off }, "off speed"),
      h("span", { class: "camera-sound", title: soundWords(clip).sentence }, soundWords(clip).short),
      hear,
    ),
  );
  reloading(
    video,
    url,
    () => grants.refused(production, video.getAttribute("src") ?? ""),
    node,
    reloaded,
    signal,
  );
  return {
    node,
    video,
    show(frame, standing) {
      setText(where, camera.label(frame));
      const state = standing?.is ?? "aside";
      if (node.dataset.stands !== state) node.dataset.stands = state;
      setText(stands, standing ? standingWords(standing) : "not in step with the others");
    },
    mark({ counts, large, heard }) {
      node.classList.toggle("leads", counts);
      node.classList.toggle("large", large);
      enlarge.setAttribute("aria-pressed", String(large));
      enlarge.setAttribute("aria-label", large ? `All cameras` : `Enlarge ${called}`);
      hear.setAttribute("aria-pressed", String(heard));
    },
  };
}

function standingWords({ is, wait_s }: Standing): string {
  if (is === "running") return "";
  return is === "before" ? `starts in ${wait_s.toFixed(1)} s` : `ended ${wait_s.toFixed(1)} s ago`;
}

/** An address of the store lives for minutes: whoever pauses for longer meets its end here. */
function reloading(
  video: HTMLVideoElement,
  url: (name: string) => Promise<string>,
  refused: () => void,
  node: HTMLElement,
  reloaded: () => void,
  signal: AbortSignal,
): void {
  let at = -RELOAD_AFTER_MS;
  const again = async () => {
    if (performance.now() - at < RELOAD_AFTER_MS) throw new Error("the picture was refused twice");
    at = performance.now();
    refused();
    video.src = await url("proxy.mp4");
    reloaded();
  };
  video.addEventListener(
    "error",
    () => {
      again().catch(() => {
        node.append(h("p", { class: "lost", role: "alert" }, "The picture does not load. Reload the page."));
      });
    },
    { signal },
  );
  signal.addEventListener("abort", () => {
    // A video that nobody sees must not go on loading.
    video.removeAttribute("src");
    video.load();
  });
}
