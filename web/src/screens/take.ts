import type { Place } from "../place";
import { h } from "../ui/dom";
import type { Studio } from "./screen";

/** A take: all its cameras with its sound. */
export function take(
  _studio: Studio,
  _place: Extract<Place, { at: "take" }>,
  _signal: AbortSignal,
): HTMLElement {
  return h("main", { class: "screen take" });
}
