import type { Grants } from "../account/grants";
import type { Media } from "../contracts";
import { type Cell, cellsOf } from "../film/filmstrip";
import { cutOut } from "./cut_out";
import { h } from "./dom";

/** Moving a mouse over a poster leafs through its filmstrip, which is loaded the first time. */
export function skim(frame: HTMLElement, grants: Grants, production: string, media: Media): HTMLElement {
  const strip = h("img", { alt: "", draggable: "false" });
  const cut = h("div", { class: "cut-out" }, strip);
  const line = h("i");
  const shown = h("div", { class: "skim", "aria-hidden": "true", hidden: true }, cut, line);
  let cells: Cell[] = [];
  let asked = false;
  /** How far along the poster the mouse is, from 0 to 1; null when it is not over it. */
  let at: number | null = null;

  async function load(): Promise<void> {
    const answer = await fetch(await grants.url(production, media, "filmstrip.vtt"));
    if (!answer.ok) return;
    strip.src = await grants.url(production, media, "filmstrip.jpg");
    await strip.decode();
    cells = cellsOf(await answer.text());
    show();
  }

  function show(): void {
    const cell = at === null ? undefined : cells[Math.floor(at * cells.length)];
    shown.hidden = cell === undefined;
    if (!cell) return;
    cutOut(cut, strip, cell, frame.clientWidth, frame.clientHeight);
    line.style.left = `${100 * (at ?? 0)}%`;
  }

  frame.onpointermove = (event) => {
    if (event.pointerType !== "mouse") return;
    if (!asked) load().catch(() => {}); // without a strip there is nothing to leaf through: the poster stays
    asked = true;
    const { left, width } = frame.getBoundingClientRect();
    at = Math.min(0.999, Math.max(0, (event.clientX - left) / width));
    show();
  };
  frame.onpointerleave = () => {
    at = null;
    show();
  };
  return shown;
}
