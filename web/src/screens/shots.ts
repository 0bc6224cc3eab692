import type { ShotsAnswer } from "../contracts";
import { sure } from "../film/analyses";
import { count } from "../film/words";
import type { Deck } from "../player/deck";
import { h } from "../ui/dom";

const MOST_SHOWN = 60;

/** The shots of an edit, each a button that goes to its first frame. */
export function shots({ cuts }: ShotsAnswer, deck: Deck): HTMLElement[] {
  if (cuts.length === 0) return [h("p", { class: "quiet" }, "One shot: no cut was seen.")];
  const begins = [{ frame: 0, confidence: null }, ...cuts];
  const button = ({ frame, confidence }: { frame: number; confidence: number | null }, index: number) => {
    const title = confidence === null ? "The first shot" : `The cut is ${sure(confidence)} sure`;
    return h(
      "button",
      { type: "button", class: "spot", title, onclick: () => deck.seek(frame) },
      h("b", {}, String(index + 1)),
      ` ${deck.label(frame)}`,
    );
  };
  const rest = begins.length - MOST_SHOWN;
  return [
    h(
      "div",
      { class: "spots" },
      ...begins.slice(0, MOST_SHOWN).map(button),
      rest > 0 && h("span", { class: "quiet" }, `and ${count(rest, "more", "more")}`),
    ),
  ];
}
