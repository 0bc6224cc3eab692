import type { RollCard } from "../contracts";
import { lightOf } from "../film/lights";
import type { RollPlace } from "../place";
import { fill, h, keyed } from "../ui/dom";
import { visible } from "../ui/names";
import { empty } from "../ui/notice";
import type { Pace } from "../ui/watch";
import { cardPanel, type Shown } from "./card_panel";
import { live, rolesIn, type Studio } from "./screen";

interface Look {
  card: RollCard;
  roles: readonly string[];
}

/** The cards of a roll, one panel for each time that it was put in. `told` hears of them whenever they changed. */
export function cards(
  studio: Studio,
  place: RollPlace,
  signal: AbortSignal,
  told: (card: RollCard) => void,
): HTMLElement {
  const node = h("div", { class: "cards" });
  const list = h("div", { class: "card-list" });
  const nothing = empty("No card yet", "The verdict appears here as soon as the upload has begun.");
  const showPanels = keyed<Shown>(
    list,
    ({ card }) => card.offload,
    () => cardPanel(studio, place, () => again()),
  );
  let before: Look | null = null;

  function show(look: Look): Pace {
    if (!node.contains(list)) fill(node, list, nothing);
    const { card, roles } = look;
    nothing.hidden = card.cards.length > 0;
    const shown = card.cards.map((each) => ({ card: each, of: card.cards.length, roles }));
    // What counts comes first.
    showPanels(shown.sort((a, b) => Number(a.card.covered_by !== null) - Number(b.card.covered_by !== null)));
    const changed = JSON.stringify(before) !== JSON.stringify(look);
    if (before && before.card.status !== card.status) {
      studio.announce(`${visible(place.roll)}: ${lightOf(card.status).answer}`);
    }
    before = look;
    if (changed) told(card);
    return card.cards.some(({ status }) => status !== "GREEN") ? (changed ? "changed" : "open") : "settled";
  }

  async function fetchLook(signal: AbortSignal): Promise<Look> {
    const [card, roles] = await Promise.all([
      studio.api.card(place, signal),
      before?.roles ?? rolesIn(studio, place.production, signal),
    ]);
    return { card, roles };
  }

  // After a deed the card is judged anew, which takes a moment: the next looks will show it.
  const again = live(studio, node, signal, { what: "Looking at the card", fetch: fetchLook, show });
  return node;
}
