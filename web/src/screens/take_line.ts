/** The take's time, a lane for each camera, and where one scrubs. */

import { type Span, spanOf } from "../player/take_time";
import { h } from "../ui/dom";
import type { Camera } from "./take_cameras";

export interface Line {
  readonly node: HTMLElement;
  playhead(moment: number, words: string): void;
  /** Which cameras run together over which time, and which one is heard. */
  show(span: Span, together: readonly Camera[], heard: Camera | null): void;
}

/** `waves`: each camera's picture of its sound, where it has one. `scrub` is called with a moment of the take. */
export function line(
  cameras: readonly Camera[],
  waves: ReadonlyMap<Camera, string>,
  scrub: (moment: number) => void,
): Line {
  let span: Span = { from: 0, to: 1 };
  const head = h("i", { class: "playhead" });
  const bars = cameras.map((camera) => lane(camera, waves.get(camera) ?? null));
  const node = h(
    "div",
    { class: "take-line", role: "slider", tabindex: "0", "aria-label": "Time of the take" },
    ...bars.map(({ node }) => node),
    head,
  );
  const place = (moment: number) => (100 * (moment - span.from)) / (span.to - span.from);

  const go = (event: PointerEvent) => {
    const { left, width } = node.getBoundingClientRect();
    const share = Math.max(0, Math.min((event.clientX - left) / width, 1));
    scrub(span.from + share * (span.to - span.from));
  };
  // The keys stay where they are: pressed with a pointer, it needs no ring around it.
  node.addEventListener("mousedown", (event) => event.preventDefault());
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    go(event);
  });
  node.addEventListener("pointermove", (event) => {
    if (node.hasPointerCapture(event.pointerId)) go(event);
  });

  return {
    node,
    playhead(moment, words) {
      head.style.left = `${place(moment)}%`;
      node.setAttribute("aria-valuenow", (moment - span.from).toFixed(2));
      node.setAttribute("aria-valuetext", words);
    },
    show(all, together, heard) {
      span = all;
      node.setAttribute("aria-valuemin", "0");
      node.setAttribute("aria-valuemax", (all.to - all.from).toFixed(2));
      for (const { camera, node, bar } of bars) {
        node.classList.toggle("heard", camera === heard);
        node.hidden = !together.includes(camera);
        const { from, to } = spanOf(camera.time);
        bar.style.left = `${place(from)}%`;
        bar.style.width = `${place(to) - place(from)}%`;
      }
    },
  };
}

/** A camera's part of the take, and in it that part of its sound. */
function lane(camera: Camera, wave: string | null): { camera: Camera; node: HTMLElement; bar: HTMLElement } {
  const { first, length } = camera.time;
  const bar = h("div", { class: "lane-part" });
  if (wave !== null) {
    const picture = h("img", { src: wave, alt: "", draggable: "false" });
    picture.style.left = `${(-100 * first) / length}%`;
    picture.style.width = `${(100 * camera.clip.frames) / length}%`;
    bar.append(picture);
  }
  bar.append(h("span", {}, camera.called));
  return { camera, bar, node: h("div", { class: "take-lane" }, bar) };
}
