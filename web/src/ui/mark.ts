import { h } from "./dom";

/** Circletake's mark: the ring that a script supervisor draws around the take to print. */
export function mark(): HTMLElement {
  return h(
    "span",
    { class: "mark" },
    h("img", { src: "mark.svg", alt: "", width: "26", height: "26" }),
    "circletake",
  );
}
