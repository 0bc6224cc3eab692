import type { FrameLook } from "../contracts";
import { type Curve, curvesOf, pathOf } from "../film/curves";
import { lastBegun } from "../film/speech";
import type { Deck } from "../player/deck";
import { h, setText } from "../ui/dom";
import { shape } from "../ui/icons";

const WIDTH = 600;
const HEIGHT = 36;

/** Exposure, white balance, contrast and sharpness over the clip, each a quiet curve with its figure at the playhead. */
export function frameCurves(samples: readonly FrameLook[], deck: Deck): HTMLElement[] {
  const frames = samples.map(({ frame }) => frame);
  const rows = curvesOf(samples).map((curve) => row(curve, frames, deck));
  const follow = (frame: number) => {
    const sample = Math.max(0, lastBegun(frames, frame));
    for (const each of rows) each.show(sample, frame);
  };
  deck.follow(follow);
  return [h("div", { class: "curves" }, ...rows.map(({ node }) => node))];
}

interface Row {
  node: HTMLElement;
  show(sample: number, frame: number): void;
}

function row(curve: Curve, frames: readonly number[], deck: Deck): Row {
  // In the middle of their frames, as on the strip above.
  const at = frames.map((frame) => (frame + 0.5) / deck.frames);
  const figure = h("output", { class: "figure" });
  const head = h("i", { class: "playhead" });
  const drawn = shape("svg", {
    viewBox: `0 -1 ${WIDTH} ${HEIGHT + 2}`,
    preserveAspectRatio: "none",
    class: "curve",
    "aria-hidden": "true",
  });
  const { band, values } = curve;
  if (band)
    drawn.append(shape("path", { class: "band", d: pathOf(curve, at, WIDTH, HEIGHT, band.low, band.high) }));
  if (curve.from < 0) drawn.append(shape("path", { class: "zero", d: `M0 ${HEIGHT / 2}H${WIDTH}` }));
  drawn.append(shape("path", { class: "line", d: pathOf(curve, at, WIDTH, HEIGHT, values) }));
  const field = h("div", { class: "field-of-curve" });
  field.append(drawn, head);
  field.onclick = (event) => {
    const { left, width } = field.getBoundingClientRect();
    deck.seek(Math.floor(((event.clientX - left) / width) * deck.frames));
  };
  return {
    node: h(
      "div",
      {
        class: "curve-row",
        title: curve.means,
        role: "group",
        "aria-label": `${curve.name}. ${curve.means}`,
      },
      h("span", { class: "name" }, curve.name),
      field,
      figure,
    ),
    show(sample, frame) {
      head.style.left = `${(100 * (frame + 0.5)) / deck.frames}%`;
      setText(figure, curve.words(sample));
    },
  };
}
