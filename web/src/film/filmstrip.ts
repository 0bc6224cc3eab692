/** A filmstrip: one picture with many small frames in it, and a WebVTT that says which rectangle is when. */

export interface Cell {
  x: number;
  y: number;
  width: number;
  height: number;
}

const RECTANGLE = /#xywh=(\d+),(\d+),(\d+),(\d+)\s*$/gm;

/** The WebVTT → its rectangles, in the order of time. */
export function cellsOf(vtt: string): Cell[] {
  return [...vtt.matchAll(RECTANGLE)].map((found) => {
    const [x = 0, y = 0, width = 0, height = 0] = found.slice(1).map(Number);
    return { x, y, width, height };
  });
}
