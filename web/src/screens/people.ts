import type { Appearance, Characters, Clip, FacesAnswer } from "../contracts";
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
  /** What is told of the production's characters; null while that is not known. */
  told: Characters | null;
  /** Offered to who may say who may be seen. */
  list: (() => void) | null;
}

/** Who may be in the clip: characters whose people agreed, and the other faces in figures. */
export function people(deck: Deck): Piece<PeopleShown> {
  const heading = h("div");
  const rows = h("ul", { class: "appearances" });
  const faces = h("p", { class: "faces quiet" });
  const missed = h("ul", { class: "not-looked-for" });
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
      missed,
      h("div", { class: "may-be-seen" }, cast, button),
    ),
    show(shown) {
      const { clip, production, still, told } = shown;
      list = shown.list;
      fill(heading, saidHeading("People", clip, "FACES"));
      fill(rows, ...clip.people.map((each) => appearance(each, production, deck, still)));
      rows.hidden = clip.people.length === 0;
      faces.hidden = shown.faces === null;
      setText(faces, shown.faces ? facesWords(clip, shown.faces, told?.may_see ?? false) : "");
      fill(missed, ...clip.not_looked_for.map(notLookedFor));
      missed.hidden = clip.not_looked_for.length === 0;
      setText(cast, castWords(clip.cast, told));
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
function facesWords(
  { cast, people, not_looked_for }: Pick<Clip, "cast" | "people" | "not_looked_for">,
  faces: FacesAnswer,
  maySee: boolean,
): string {
  const { tracks, looked_at, most_at_once } = faces;
  if (tracks.length === 0) return `No face was seen in ${count(looked_at, "frame")}.`;
  const all = count(tracks.length, "face");
  const once = tracks.length > 1 ? ` At most ${most_at_once} at once.` : "";
  if (!maySee) return `${all}.${once}`;
  if (!cast?.length) return `${all}, nobody is looked for here.${once}`;
  if (not_looked_for.length === cast.length) return `${all}, compared with nobody.${once}`;
  if (people.length === 0)
    return `${all}, none of them alike enough to anybody who is looked for here.${once}`;
  return `${all} in all; one that is lost and found again counts twice.${once}`;
}

function notLookedFor({ name, why, next_step }: Clip["not_looked_for"][number]): HTMLElement {
  return h(
    "li",
    {},
    h("b", {}, h("bdi", {}, visible(name))),
    visible(` is not looked for here. ${why} ${next_step}`),
  );
}

function castWords(cast: Clip["cast"], told: Characters | null): string {
  if (told?.may_see === false) return "Vendors are not told of anybody's consent.";
  if (cast === null && told === null) return "";
  if (cast === null) return "Nobody has said who may be seen here.";
  if (cast.length === 0) return "Nobody of the cast is in this clip, somebody said.";
  const names = cast.map(
    (id) => told?.characters.find((each) => each.id === id)?.name ?? "a character unknown here",
  );
  return `May be seen here: ${names.map(visible).join(", ")}.`;
}
