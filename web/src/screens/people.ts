import type { Appearance, Character, Clip, FacesAnswer } from "../contracts";
import { count } from "../film/words";
import { address } from "../place";
import type { Deck } from "../player/deck";
import { fill, h, type Piece, setText } from "../ui/dom";
import { visible } from "../ui/names";
import type { Still } from "../ui/still";
import { saidHeading } from "./said_heading";

export interface PeopleShown {
  clip: Clip;
  production: string;
  faces: FacesAnswer | null;
  still: Still;
  /** The production's characters; null while they cannot be told. */
  characters: readonly Character[] | null;
  /** Offered to who may say who may be seen. */
  list: (() => void) | null;
}

/** Who may be in the clip: characters whose people agreed, and the other faces in figures. */
export function people(deck: Deck): Piece<PeopleShown> {
  const heading = h("div");
  const rows = h("ul", { class: "appearances" });
  const faces = h("p", { class: "faces quiet" });
  const cast = h("p");
  const button = h(
    "button",
    { type: "button", class: "button small", "aria-keyshortcuts": "C", onclick: () => list?.() },
    "Cast…",
  );
  let list: PeopleShown["list"] = null;
  return {
    node: h(
      "section",
      { class: "people", "aria-label": "People" },
      heading,
      rows,
      faces,
      h("div", { class: "may-be-seen" }, cast, button),
    ),
    show(shown) {
      const { clip, production, still } = shown;
      list = shown.list;
      fill(heading, saidHeading("People", clip, "FACES"));
      fill(rows, ...clip.people.map((each) => appearance(each, production, deck, still)));
      rows.hidden = clip.people.length === 0;
      faces.hidden = shown.faces === null;
      setText(faces, shown.faces ? facesWords(clip, shown.faces) : "");
      setText(cast, castWords(clip.cast, shown.characters));
      button.hidden = list === null;
    },
  };
}

function appearance(
  { character, name, first, last, best, box, distance }: Appearance,
  production: string,
  deck: Deck,
  still: Still,
): HTMLElement {
  const between = `${deck.label(first)} – ${deck.label(last)}`;
  const words = `May be ${visible(name)}, ${between}. Go to the best frame.`;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "appearance", "aria-label": words, onclick: () => deck.seek(best) },
      still(best, box ? [box] : []),
      h(
        "span",
        {},
        h("span", { class: "may-be" }, "may be ", h("b", {}, h("bdi", {}, visible(name)))),
        h("span", { class: "when" }, between),
      ),
    ),
    h(
      "p",
      { class: "quiet how-alike" },
      `distance ${distance.toFixed(2)} · `,
      h(
        "a",
        { class: "all-takes", href: address({ at: "find", production, words: "", character }) },
        "All takes",
        h("span", { class: "for-listeners" }, ` with ${visible(name)}`),
      ),
    ),
  );
}

/** Faces are counted. Only who was listed, and agreed, is looked for. */
export function facesWords({ cast, people }: Pick<Clip, "cast" | "people">, faces: FacesAnswer): string {
  const { tracks, looked_at, most_at_once } = faces;
  if (tracks.length === 0) return `No face was seen in ${count(looked_at, "frame")}.`;
  const all = count(tracks.length, "face");
  const once = tracks.length > 1 ? ` At most ${most_at_once} at once.` : "";
  if (!cast?.length) return `${all}, nobody is looked for here.${once}`;
  if (people.length === 0) return `${all}, none of them alike enough to anybody who is listed.${once}`;
  return `${all} in all; one that is lost and found again counts twice.${once}`;
}

function castWords(cast: Clip["cast"], characters: readonly Character[] | null): string {
  if (cast === null) return "Nobody has said who may be seen here.";
  if (cast.length === 0) return "Nobody of the cast is in this clip, somebody said.";
  const names = cast.map(
    (id) => characters?.find((each) => each.id === id)?.name ?? "a character unknown here",
  );
  return `May be seen here: ${names.map(visible).join(", ")}.`;
}
