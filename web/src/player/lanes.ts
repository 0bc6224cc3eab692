/** Below the sound, in lanes of their own: when somebody speaks, which faces are seen, and where the slate is. */

import type { FrameSpan } from "../contracts";
import { h, type Piece } from "../ui/dom";

export interface Lanes {
  /** Null where nobody answered. */
  speech: FrameSpan[] | null;
  /** `named`: it may be a character. */
  faces: (FrameSpan & { best: number; named: boolean })[] | null;
  slate: FrameSpan | null;
  action: number | null;
  cut: number | null;
}

/** Rows of faces at once; more are closer together than an eye. */
const MOST_ROWS = 4;
const MOST_BARS = 600;
const ROW_PX = 6;

export function lanes(place: (frame: number) => string): Piece<Lanes> {
  const node = h("div", { class: "lanes", "aria-hidden": "true", hidden: true });

  function bar(kind: string, { first, last }: FrameSpan, row: number): HTMLElement {
    const made = h("i", { class: `lane-bar ${kind}` });
    made.style.left = place(first);
    made.style.width = `calc(${place(last + 1)} - ${place(first)})`;
    made.style.top = `${row * ROW_PX + 1}px`;
    return made;
  }

  function flag(kind: "action" | "called-cut", frame: number): HTMLElement {
    const made = h("i", { class: `lane-flag ${kind}` });
    made.style.left = place(frame);
    return made;
  }

  return {
    node,
    show({ speech, faces, slate, action, cut }) {
      const rows = stacked(faces ?? []);
      const own = speech || slate ? 1 : 0;
      const all = [
        ...(speech ?? []).map((span) => bar("speech", span, 0)),
        slate && bar("slate", slate, 0),
        ...rows.map(({ item, row }) => bar(item.named ? "face named" : "face", item, own + row)),
        action !== null && flag("action", action),
        cut !== null && flag("called-cut", cut),
      ].filter((made) => made instanceof HTMLElement);
      node.hidden = all.length === 0;
      const deep = own + Math.max(0, ...rows.map(({ row }) => row + 1));
      node.style.height = `${deep * ROW_PX + 3}px`;
      node.replaceChildren(...all.slice(0, MOST_BARS));
    },
  };
}

/** Spans → each with the first row in which it covers no other. */
function stacked<T extends FrameSpan>(items: readonly T[]): { item: T; row: number }[] {
  const ends: number[] = [];
  return [...items]
    .sort((a, b) => a.first - b.first)
    .map((item) => {
      const free = ends.findIndex((end) => end < item.first);
      const row = Math.min(free < 0 ? ends.length : free, MOST_ROWS - 1);
      ends[row] = item.last;
      return { item, row };
    });
}
