import type { Character, Findings, Found } from "../contracts";
import { isSought, slateWords, today } from "../film/analyses";
import { marked } from "../film/marked";
import { count } from "../film/words";
import { address, type Sought } from "../place";
import { fill, h, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import { empty, loading, trouble } from "../ui/notice";
import { unitWords } from "./days";
import type { Studio } from "./screen";

/** Somebody who types is not asked for every letter. */
const TYPING_MS = 250;
const MOST_CHARACTERS = 200;
/** An open quote alone asks for nothing yet. */
const ASKS = /[\p{L}\p{N}]/u;

/** Words that were said, slates, names, and all takes with a character: what is found leads to its moment. */
export function find(
  studio: Studio,
  place: { production: string } & Sought,
  signal: AbortSignal,
): HTMLElement {
  const { production } = place;
  const input = h("input", {
    type: "search",
    name: "q",
    value: place.words,
    maxlength: String(MOST_CHARACTERS),
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Words that were said, scene:12A take:3, a clip's name",
    "aria-label": "Find in this production",
  });
  const form = h("form", { class: "find-field", role: "search" }, icon("find"), input);
  const who = h("div", { class: "filters", role: "group", "aria-label": "All takes with" });
  const told = h("p", { class: "quiet", role: "status" });
  const late = h("p", { class: "quiet", hidden: true }, LATE);
  const results = h("div");
  let character = place.character;
  let characters: readonly Character[] = [];
  let round = new AbortController();
  let timer = 0;

  async function look(): Promise<void> {
    round.abort();
    round = new AbortController();
    const looking = AbortSignal.any([signal, round.signal]);
    const words = input.value.trim();
    history.replaceState(null, "", address({ at: "find", production, words, character }));
    if (!ASKS.test(words) && character === null) return show(null);
    if (!results.hasChildNodes()) fill(results, loading("Searching"));
    try {
      const found = await studio.api.find(production, { words, character }, looking);
      if (!looking.aborted) show(found);
    } catch (error) {
      if (looking.aborted) return;
      late.hidden = true;
      setText(told, "");
      fill(
        results,
        trouble(error, () => void look()),
      );
    }
  }

  function show(found: Findings | null): void {
    late.hidden = !found?.behind;
    if (!found) {
      setText(told, "");
      fill(results, hints());
      return;
    }
    const { clips, more } = found;
    const of = `of ${count(clips, "clip")}`;
    setText(
      told,
      more ? `The first ${found.found.length} ${of}; more words find less.` : `${found.found.length} ${of}`,
    );
    const words = input.value.trim();
    if (clips === 0) {
      setText(told, "");
      fill(
        results,
        empty("Nothing can be searched yet", "Clips can be found as soon as they can be watched."),
      );
      return;
    }
    const items = found.found.map((clip) => item(production, clip, words));
    fill(results, items.length > 0 ? h("ol", { class: "found-clips" }, ...items) : empty(...NOTHING));
  }

  function showCharacters(): void {
    const now = today();
    const some = characters.filter((each) => isSought(each, now) || each.id === character);
    who.hidden = some.length === 0;
    fill(
      who,
      h("span", { class: "quiet" }, "All takes with"),
      ...some.map(({ id, name }) => {
        const press = () => {
          character = character === id ? null : id;
          showCharacters();
          void look();
          who.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
        };
        const properties = { type: "button", class: "filter", "data-id": id, onclick: press };
        return h(
          "button",
          { ...properties, "aria-pressed": String(id === character) },
          h("bdi", {}, visible(name)),
        );
      }),
    );
  }

  input.oninput = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), TYPING_MS);
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    clearTimeout(timer);
    void look();
  };
  // From the field straight to what was found, and back.
  form.onkeydown = (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    results.querySelector("a")?.focus();
  };
  results.onkeydown = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const links = [...results.querySelectorAll("a")];
    const next = links.indexOf(document.activeElement as HTMLAnchorElement) + by;
    event.preventDefault();
    (next < 0 ? input : links[next])?.focus();
  };
  signal.addEventListener("abort", () => clearTimeout(timer));

  studio.api.characters(production, signal).then(
    (answer) => {
      characters = answer.characters;
      showCharacters();
    },
    () => {
      who.hidden = true; // words can be looked for all the same
    },
  );
  who.hidden = true;
  queueMicrotask(() => input.focus());
  void look();
  return h("main", { class: "screen find" }, h("h1", {}, "Find"), form, who, told, late, results);
}

const LATE = "The search is up to a minute behind: what came since is not in it yet.";
const NOTHING = ["Nothing was found", "Every word has to occur in a clip. Fewer words find more."] as const;

function item(production: string, found: Found, words: string): HTMLElement {
  const { unit, day, roll, clip_id, version, title, slate, matches } = found;
  const to = (frame: number | null) =>
    address({ at: "clip", production, unit, day, roll, clipId: clip_id, version, frame: frame ?? undefined });
  const first = matches.find(({ frame }) => frame !== null)?.frame ?? null;
  const told = slateWords(slate);
  return h(
    "li",
    {},
    h(
      "a",
      { class: "found-clip", href: to(first) },
      h("b", {}, h("bdi", {}, visible(title))),
      told && h("span", { class: "slated" }, h("bdi", {}, visible(told))),
      h("span", { class: "quiet" }, visible(`${day} · ${unitWords(unit)} · ${roll}`)),
    ),
    h(
      "ul",
      {},
      ...matches.map((match) =>
        h(
          "li",
          {},
          h(
            "a",
            { class: "found-match", href: to(match.frame) },
            h("span", { class: "found-in" }, IN[match.in] ?? match.in.toLowerCase()),
            h("bdi", { class: "found-text" }, ...highlighted(match.text, words)),
            h(
              "span",
              { class: "when" },
              match.timecode ?? (match.frame === null ? "" : `frame ${match.frame}`),
            ),
          ),
        ),
      ),
    ),
  );
}

const IN: Record<string, string> = {
  TRANSCRIPT: "said",
  SLATE: "slate",
  PAPER: "paper",
  NAME: "name",
  CHARACTER: "may be",
};

function highlighted(text: string, words: string): (Node | string)[] {
  return marked(visible(text), words).map(({ part, found }) => (found ? h("mark", {}, part) : part));
}

function hints(): HTMLElement {
  const hint = (what: string, means: string) => [h("dt", {}, h("kbd", {}, what)), h("dd", {}, means)];
  return h(
    "dl",
    { class: "find-hints" },
    ...hint("hold the line", "clips in which all of these words are said, or name them"),
    ...hint("scene:12A take:3", "what stands on the slate"),
    ...hint("50mm boom", "lens, camera and notes, as the day's papers have them"),
    ...hint("A001C004", "clips of that name"),
  );
}
