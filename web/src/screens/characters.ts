import type { Character, Characters } from "../contracts";
import { isSought, SCOPES, today } from "../film/analyses";
import { count, instant } from "../film/words";
import { address } from "../place";
import { fill, h, keyed, type Piece } from "../ui/dom";
import { icon } from "../ui/icons";
import { byName, visible } from "../ui/names";
import { empty } from "../ui/notice";
import type { Pace } from "../ui/watch";
import { live, type Studio } from "./screen";
import { askWithdrawal } from "./withdraw_dialog";

/** The characters of a production: who plays them, what those people agreed to, and what of it still holds. */
export function characters(studio: Studio, production: string, signal: AbortSignal): HTMLElement {
  const node = h("main", { class: "screen characters" });
  const list = h("div", { class: "character-list" });
  const nothing = empty(
    "No characters yet",
    "Nobody is looked for before the person who plays them has consented to it.",
  );
  const untold = empty(
    "You are not told of anybody here",
    "Vendors are not told of anybody's consent. Ask somebody of the production.",
  );
  const adding = h("div", { class: "papers" });
  const title = h(
    "header",
    { class: "title" },
    h("h1", {}, "Characters"),
    h("p", { class: "quiet" }, "Nobody is looked for without consent; elsewhere faces are only counted."),
    adding,
  );
  const show = keyed<Character>(
    list,
    ({ id }) => id,
    () =>
      characterPanel(production, async (character) => {
        const act = () => studio.api.withdraw(production, character.id);
        const everybody = async () => (await studio.api.characters(production, signal)).characters;
        if (await askWithdrawal({ character, everybody, act, signal })) again();
      }),
  );
  let before = "";

  const again = live(studio, node, signal, {
    what: "Looking for the characters",
    fetch: (signal) => studio.api.characters(production, signal),
    show(told: Characters): Pace {
      if (!node.contains(list)) fill(node, title, list, nothing, untold);
      if (told.may_edit && !adding.hasChildNodes()) {
        const add = async () => {
          const { askCharacter } = await import("./character_dialog");
          if (await askCharacter((character) => studio.api.addCharacter(production, character), signal))
            again();
        };
        adding.append(
          h("button", { type: "button", class: "button", onclick: () => void add() }, "Add character…"),
        );
      }
      nothing.hidden = !told.may_see || told.characters.length > 0;
      untold.hidden = told.may_see;
      show([...told.characters].sort(byHold));
      const now = JSON.stringify(told);
      const changed = now !== before;
      before = now;
      if (!told.characters.some(isMoving)) return "settled";
      return changed ? "changed" : "open";
    },
  });
  return node;
}

/** Whose consent was withdrawn comes last. */
function byHold(a: Character, b: Character): number {
  return Number(a.withdrawn_at !== null) - Number(b.withdrawn_at !== null) || byName(a.name, b.name);
}

function isMoving({ references, withdrawn_at, erased }: Character): boolean {
  if (withdrawn_at !== null) return erased === null;
  return references.some(({ state }) => state === "ORDERED");
}

function characterPanel(production: string, withdraw: (character: Character) => void): Piece<Character> {
  const node = h("article", { class: "character" });
  let shown = "";
  return {
    node,
    show(character) {
      const now = JSON.stringify(character);
      if (now === shown) return;
      shown = now;
      const { id, name, person, withdrawn_at } = character;
      const sought = isSought(character, today());
      node.dataset.holds = String(sought);
      const takes = address({ at: "find", production, words: "", character: id });
      fill(
        node,
        h(
          "header",
          {},
          h("h2", {}, h("bdi", {}, visible(name))),
          h("p", {}, "played by ", h("bdi", {}, visible(person))),
        ),
        withdrawn_at === null ? consentFacts(character) : withdrawn(character, withdrawn_at),
        withdrawn_at === null && references(character),
        h(
          "div",
          { class: "character-deeds" },
          sought && h("a", { class: "button small", href: takes }, icon("find"), "All takes"),
          withdrawn_at === null &&
            h(
              "button",
              { type: "button", class: "button small", onclick: () => withdraw(character) },
              "Withdraw consent…",
            ),
        ),
      );
    },
  };
}

function consentFacts({ scopes, scenes, expires, guardian, erased }: Character): HTMLElement {
  const over = expires < today();
  const fact = (name: string, value: string | HTMLElement) => [h("dt", {}, name), h("dd", {}, value)];
  return h(
    "dl",
    {},
    ...fact("Agreed", scopes.map((scope) => SCOPES[scope]?.means ?? scope).join("; ")),
    ...fact("Scenes", scenes.length > 0 ? scenes.map(visible).join(", ") : "all of the production"),
    ...fact(
      "Until",
      h("span", over ? { "data-tone": "care" } : {}, over ? `${day(expires)}: it has run out` : day(expires)),
    ),
    ...(guardian === null ? [] : fact("Guardian", visible(guardian))),
    ...(erased === null ? [] : fact("Erased", erasedWords(erased))),
  );
}

function withdrawn({ erased }: Character, at: string): HTMLElement {
  return h(
    "p",
    { class: "withdrawn" },
    h("b", {}, "Consent withdrawn"),
    ` ${instant(at)}. `,
    erased === null ? "What tells this person from others is being erased." : `Erased ${erasedWords(erased)}`,
  );
}

/** What was deleted, and that a search afterwards found nothing. */
function erasedWords({ references, appearances, objects, at }: NonNullable<Character["erased"]>): string {
  const what = [count(references, "reference"), count(appearances, "appearance"), count(objects, "object")];
  return `${instant(at)}: ${what.join(", ")}. A search afterwards found nothing.`;
}

const REFERENCES: Record<string, { word: string; tone: string }> = {
  ORDERED: { word: "waiting for a model", tone: "moving" },
  ENROLLED: { word: "enrolled", tone: "good" },
  REFUSED: { word: "refused", tone: "bad" },
};

function references({ references }: Character): HTMLElement {
  return h(
    "ul",
    { class: "references", "aria-label": "References" },
    ...references.map(({ number, state, why }) => {
      const { word, tone } = REFERENCES[state] ?? { word: state, tone: "quiet" };
      return h(
        "li",
        {},
        `Reference ${number} `,
        h("b", { "data-tone": tone }, visible(word)),
        why !== null && h("span", { class: "why" }, visible(why)),
      );
    }),
    references.length === 0 && h("li", {}, "No references"),
  );
}

/** "2027-03-31", as the reader's language has it. */
function day(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));
}
