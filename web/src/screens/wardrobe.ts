import type { PeopleAnswer } from "../contracts";
import { percent } from "../film/analyses";
import { count } from "../film/words";
import type { Deck } from "../player/deck";
import { h } from "../ui/dom";
import type { Still } from "../ui/still";

/** Moments that are shown; the rest is counted. */
const MOST_MOMENTS = 6;
const COLOUR = /^#[0-9a-f]{6}$/;

type Region = PeopleAnswer["people"][number];

/** Who is in the picture at a few moments, and the colours that they wear. Nothing in it tells who. */
export function wardrobe({ people, looked_at }: PeopleAnswer, deck: Deck, still: Still): HTMLElement[] {
  const moments = momentsOf(people);
  if (moments.length === 0)
    return [h("p", { class: "quiet" }, `Nobody was seen in ${count(looked_at, "frame")}.`)];
  const most = Math.max(...moments.map(({ length }) => length));
  return [
    h(
      "p",
      { class: "quiet" },
      `Seen in ${moments.length} of ${count(looked_at, "frame")} that were looked at, at most ${most} at once.`,
    ),
    h(
      "ul",
      { class: "moments" },
      ...spread(moments, MOST_MOMENTS).map((regions) => moment(regions, deck, still)),
    ),
  ];
}

function moment(regions: readonly Region[], deck: Deck, still: Still): HTMLElement {
  const frame = regions[0]?.frame ?? 0;
  const label = deck.label(frame);
  const boxes = regions.map(({ box }) => box);
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "moment", "aria-label": `Go to ${label}`, onclick: () => deck.seek(frame) },
      still(frame, boxes),
      h("span", { class: "when" }, label),
    ),
    ...regions.map(({ wardrobe }) =>
      h(
        "p",
        { class: "wears" },
        ...wardrobe.map(({ colour, share, rgb }) =>
          h("span", {}, swatch(rgb), `${colour} ${percent(share)}`),
        ),
        wardrobe.length === 0 && "no plain colour",
      ),
    ),
  );
}

function swatch(rgb: string): HTMLElement {
  const made = h("i", { class: "swatch", "aria-hidden": "true" });
  if (COLOUR.test(rgb)) made.style.background = rgb;
  return made;
}

function momentsOf(people: readonly Region[]): Region[][] {
  const found = new Map<number, Region[]>();
  for (const region of people) found.set(region.frame, [...(found.get(region.frame) ?? []), region]);
  return [...found.values()].sort((a, b) => (a[0]?.frame ?? 0) - (b[0]?.frame ?? 0));
}

/** At most so many of them, from the first to the last. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, at) => items[Math.round((at * (items.length - 1)) / (most - 1))],
  ).filter((item): item is T => item !== undefined);
}
