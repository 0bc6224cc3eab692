import type { Place } from "../place";
import { h } from "../ui/dom";
import { visible } from "../ui/names";
import type { Studio } from "./screen";

type DayPlaceShown = Extract<Place, { at: "day" }>;

/** A unit's shooting day. */
export function day(_studio: Studio, place: DayPlaceShown, _signal: AbortSignal): HTMLElement {
  return h("main", { class: "screen day-screen" }, h("h1", {}, visible(place.day)));
}
