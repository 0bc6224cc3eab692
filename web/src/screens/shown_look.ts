import type { AppliedLook, Clip, ProductionLooks } from "../contracts";
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
  /** Tells what the production says of its pictures. `set` is for who may set a look. */
  told(looks: ProductionLooks, set: () => void): void;
  /** Says that the picture is about to become another one. */
  changing(words: string): void;
}

/** What the picture is: its look, and what is burnt into it. */
export function shownLook(look: AppliedLook | null, notMadeAnew: Clip["not_made_anew"]): ShownLook {
  const burnt = h("span", { class: "burnt", hidden: true });
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
      burnt,
      note,
    ),
    told({ recipe, may_set }, set) {
      const { show, words } = recipe.burn_in;
      const texts = [...show.map((text) => TEXTS[text] ?? text), ...(words === null ? [] : [`“${words}”`])];
      burnt.hidden = texts.length === 0;
      setText(burnt, visible(`Burnt in, as the recipe says: ${texts.join(", ")}`));
      if (may_set && !change.hasChildNodes())
        change.append(h("button", { type: "button", class: "button small", onclick: set }, "Looks…"));
    },
    changing: (words) => setText(note, words),
  };
}
