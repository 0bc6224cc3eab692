import type { Cell } from "../film/filmstrip";

/** Shows one cell of the filmstrip in `frame`, as large as fits into `width` × `height`. */
export function cutOut(
  frame: HTMLElement,
  strip: HTMLImageElement,
  cell: Cell,
  width: number,
  height: number,
): void {
  const scale = Math.min(width / cell.width, height / cell.height);
  frame.style.width = `${cell.width * scale}px`;
  frame.style.height = `${cell.height * scale}px`;
  strip.style.transform = `scale(${scale}) translate(${-cell.x}px, ${-cell.y}px)`;
}
