import type { AppliedLook, Clip, MadeBy, ProductionLooks } from "../contracts";
import { pictureWords } from "../film/looks";
import { h, setText } from "../ui/dom";
import { visible } from "../ui/names";

const TEXTS: Record<string, string> = {
  TIMECODE: "source timecode",
  CLIP: "clip name",
  FRAME: "frame number",
};

/** The line below a picture. */
export interface ShownLook {
  readonly node: HTMLElement;
  /** Offers to set a look, to who may. */
  told(looks: ProductionLooks, set: () => void): void;
  /** Says that the picture is about to become another one. */
  changing(words: string): void;
}

/** What the picture is: its look, and what is burnt into it. */
export function shownLook(
  look: AppliedLook | null,
  madeBy: MadeBy | null,
  notMadeAnew: Clip["not_made_anew"],
): ShownLook {
  const change = h("span", { class: "change" });
  const note = h("p", { class: "making", role: "status" });
  if (notMadeAnew !== null) {
    const { sentence, next_step } = notMadeAnew;
    setText(note, visible(`This is the older picture: it could not be made anew. ${sentence} ${next_step}`));
  }
  const words = h("bdi", { class: "words" }, visible(pictureWords(look)));
  return {
    node: h(
      "section",
      { class: "shown-look", "aria-label": "What the picture is" },
      words,
      change,
      burntIn(madeBy),
      note,
    ),
    told({ may_set }, set) {
      if (may_set && !change.hasChildNodes())
        change.append(h("button", { type: "button", class: "button small", onclick: set }, "Looks…"));
    },
    changing: (words) => setText(note, words),
  };
}

/** Nothing is said where it is not known. */
function burntIn(madeBy: MadeBy | null): HTMLElement | null {
  if (!madeBy) return null;
  const { show, words } = madeBy.burn_in;
  const texts = [...show.map((text) => TEXTS[text] ?? text), ...(words === null ? [] : [`“${words}”`])];
  return texts.length > 0 ? h("span", { class: "burnt" }, visible(`Burnt in: ${texts.join(", ")}`)) : null;
}
