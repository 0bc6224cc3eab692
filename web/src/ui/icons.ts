/** The page's few drawings, each a path on a 16 × 16 field. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  check: "M3.5 8.5l3 3 6-7",
  cross: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  alert: "M8 2.5L14.2 13.3H1.8zM8 6.5v3.2M8 11.6v.1",
  box: "M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.7h3",
  ring: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  question: "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12v.1",
  stepBack: "M10.5 4L6 8l4.5 4zM4.5 4v8",
  stepForward: "M5.5 4L10 8l-4.5 4zM11.5 4v8",
  next: "M6 3.5L10.5 8 6 12.5",
  previous: "M10 3.5L5.5 8l4.5 4.5",
  down: "M8 2.5v8M4.5 7.5L8 11l3.5-3.5M3 13.5h10",
  sheet: "M4 2.5h5l3 3v8H4zM9 2.5v3h3M6 8.5h4M6 11h4",
  copy: "M6 5.5h7v8H6zM3 10.5v-8h7",
  info: "M8 2.5a5.5 5.5 0 1 1-.01 0M8 7.2v3.6M8 5.1v.1",
  find: "M7 2.5a4.5 4.5 0 1 1-.01 0M10.4 10.4l3.4 3.4",
  people:
    "M6 7.5a2.5 2.5 0 1 0-.01 0M1.5 13.5c0-2.7 2-4 4.5-4s4.5 1.3 4.5 4M10.7 7.3a2.2 2.2 0 1 0-.9-4.2M11.7 9.6c1.8.3 2.8 1.6 2.8 3.4",
  play: "M4.5 3l8 5-8 5z",
  pause: "M5 3.5v9M11 3.5v9",
  speaker: "M2.5 6v4h2.5L8.5 13V3L5 6zM11 5.5a3.5 3.5 0 0 1 0 5M12.8 3.6a6.2 6.2 0 0 1 0 8.8",
  muted: "M2.5 6v4h2.5L8.5 13V3L5 6zM11 6l3.5 4M14.5 6L11 10",
  full: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  out: "M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing that a screen reader passes over: the words beside it say the same. */
export function icon(name: IconName): SVGSVGElement {
  const svg = shape("svg", {
    viewBox: "0 0 16 16",
    class: `icon icon-${name}`,
    "aria-hidden": "true",
  });
  svg.append(shape("path", { d: PATHS[name] }));
  return svg;
}

/** An element of a drawing. */
export function shape<K extends "svg" | "path">(
  tag: K,
  attributes: Record<string, string>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
