import type { Grants } from "../account/grants";
import type { Box, Media } from "../contracts";
import { cellsOf } from "../film/filmstrip";
import { cutOut } from "./cut_out";
import { h } from "./dom";

/** A frame of a clip → its small picture, with what was seen framed in it. Empty where there is no filmstrip. */
export type Still = (frame: number, boxes: readonly Box[]) => HTMLElement;

const WIDTH = 112;
const HEIGHT = 63;

/** A clip's filmstrip, to cut stills from. `frames` is how many the clip has. */
export async function stillsOf(
  grants: Grants,
  production: string,
  media: Media,
  frames: number,
  signal: AbortSignal,
): Promise<Still> {
  if (!media.names.includes("filmstrip.vtt")) return () => thumb();
  const told = await fetch(await grants.url(production, media, "filmstrip.vtt"), { signal });
  const cells = told.ok ? cellsOf(await told.text()) : [];
  const strip = await grants.url(production, media, "filmstrip.jpg");
  return (frame, boxes) => {
    const cell = cells[Math.min(cells.length - 1, Math.floor((frame / frames) * cells.length))];
    if (!cell) return thumb();
    const picture = h("img", { src: strip, alt: "", draggable: "false" });
    const cut = h("span", { class: "cut-out" }, picture, ...boxes.map(framed));
    cutOut(cut, picture, cell, WIDTH, HEIGHT);
    return thumb(cut);
  };
}

function thumb(...inside: Node[]): HTMLElement {
  const made = h("span", { class: "still", "aria-hidden": "true" });
  made.append(...inside);
  return made;
}

function framed({ x, y, width, height }: Box): HTMLElement {
  const frame = h("i", { class: "seen-box" });
  const percent = (share: number) => `${100 * share}%`;
  Object.assign(frame.style, {
    left: percent(x),
    top: percent(y),
    width: percent(width),
    height: percent(height),
  });
  return frame;
}
