import { isOpen, lookOf, STEPS } from "../film/states";
import { fill, h, type Piece } from "./dom";
import { icon } from "./icons";

/** A state as a shape and a word. */
export function chip(): Piece<string> {
  const node = h("span", { class: "chip" });
  return {
    node,
    show(state) {
      if (node.dataset.state === state) return;
      const look = lookOf(state);
      node.dataset.state = state;
      node.dataset.tone = look.tone;
      fill(node, icon(look.shape), h("span", {}, look.word));
    },
  };
}

/** How far a clip has come on its way to the wall: one bar for each step. */
export function steps(): Piece<string> {
  const bars = STEPS.map(() => h("i"));
  const node = h("div", { class: "steps", "aria-hidden": "true" }, ...bars);
  return {
    node,
    show(state) {
      const reached = STEPS.indexOf(state);
      node.hidden = !isOpen(state);
      bars.forEach((bar, step) => {
        bar.className = step <= reached ? "done" : step === reached + 1 ? "doing" : "";
      });
    },
  };
}
