/** What something that is said, or taken back, changes on a day. */

import type { Changes, StillSaid, TakeChange } from "../contracts";
import { count } from "../film/words";
import { h } from "../ui/dom";
import { onOneLine, visible } from "../ui/names";
import { fieldWords, flagWords, whoWords } from "./day_words";

/** One kind of change: a mark, what it is in a line, and each of them. `more`: how many stand nowhere. */
export interface ChangeLine {
  mark: "+" | "−" | "~" | "!" | "○" | "✓";
  tone: "quiet" | "care" | "good";
  words: string;
  each: string[];
  more: number;
}

/** Changes → a line for each kind of which there are any. */
export function changeLines(changes: Changes): ChangeLine[] {
  const found: ChangeLine[] = [];
  function add(
    kind: Exclude<keyof Changes, "more">,
    mark: ChangeLine["mark"],
    tone: ChangeLine["tone"],
    each: string[],
    words: (number: number) => string,
  ): void {
    const more = changes.more[kind] ?? 0;
    if (each.length + more > 0) found.push({ mark, tone, words: words(each.length + more), each, more });
  }
  const sentences = (of: { sentence: string }[]) => of.map(({ sentence }) => sentence);
  const { takes_added, takes_gone, takes_changed } = changes;
  add("takes_added", "+", "quiet", takes_added, (all) => `${count(all, "take")} more`);
  add("takes_gone", "−", "care", takes_gone, (all) => count(all, "take no more", "takes no more"));
  const different = takes_changed
    .filter(isDifferent)
    .filter((each) => !went(each, takes_changed))
    .map(changeWords);
  add("takes_changed", "~", "quiet", different, (all) => `${count(all, "change")} in takes that are there`);
  const first = firstSaid(takes_changed);
  if (first) found.push({ mark: "+", tone: "quiet", words: first, each: [], more: 0 });
  const { conflicts_added, worklist_added, worklist_settled } = changes;
  add("conflicts_added", "!", "care", sentences(conflicts_added), (all) => count(all, "conflict"));
  add("worklist_added", "○", "care", sentences(worklist_added), (all) => `${all} more to look at`);
  add("worklist_settled", "✓", "good", sentences(worklist_settled), (all) => `${all} less to look at`);
  return found;
}

/** What was told before, and is told otherwise now. That nobody says any more that a take is no pickup changes nothing. */
function isDifferent({ was, is }: TakeChange): boolean {
  return was !== null && !(was === "no" && is === null);
}

/** Whether what is told of a recording is told no more because the recording went to another take. */
function went({ take, field, is }: TakeChange, changed: readonly TakeChange[]): boolean {
  const at = field.indexOf(" of ");
  if (is !== null || at < 0) return false;
  const recording = field.slice(at + " of ".length);
  return changed.some((other) => {
    if (other.take !== take) return other.field === field && other.is !== null;
    const has = (names: string | null) => (names ?? "").split("; ").includes(recording);
    return (other.field === "clips" || other.field === "sounds") && has(other.was) && !has(other.is);
  });
}

function changeWords({ take, field, was, is }: TakeChange): string {
  const value = (text: string | null) => (text === null ? "–" : onOneLine(text));
  return `${take} · ${changedField(field)}: ${value(was)} → ${value(is)}`;
}

function changedField(field: string): string {
  const [name = "", ...recording] = field.split(" of ");
  return [flagOrField(name), ...recording].join(" of ");
}

function flagOrField(name: string): string {
  return name === name.toUpperCase() ? flagWords(name) : fieldWords(name);
}

/** What is said of takes that are there for the first time, in figures. */
function firstSaid(changed: readonly TakeChange[]): string {
  const takes = new Map<string, Set<string>>();
  for (const { take, field, was, is } of changed) {
    if (was !== null || is === null || is === "no") continue;
    const name = flagOrField(field.split(" of ")[0] ?? "");
    takes.set(name, (takes.get(name) ?? new Set()).add(take));
  }
  if (takes.size === 0) return "";
  const told = [...takes].sort(([, one], [, other]) => other.size - one.size);
  return `Of takes that are there, for the first time: ${told.map(([name, of]) => `${name} of ${of.size}`).join(", ")}`;
}

/** So many of a kind are shown at once; the rest on demand. */
const SHOWN = 5;

/** Changes, as a list to be read. */
export function changesList(changes: Changes): HTMLElement {
  const lines = changeLines(changes);
  if (lines.length === 0) return h("p", {}, "Nothing changes on this day.");
  return h(
    "ul",
    { class: "changes" },
    ...lines.map(({ mark, tone, words, each, more }) =>
      h(
        "li",
        { "data-tone": tone },
        h("span", { class: "change-mark", "aria-hidden": "true" }, mark),
        h("b", {}, visible(words)),
        someOf(each, more),
      ),
    ),
  );
}

/** Sentences, the first at once, the others on demand. */
export function someOf(each: readonly string[], more = 0): HTMLElement | null {
  if (each.length === 0) return null;
  const line = (words: string) => h("li", {}, h("bdi", {}, visible(words)));
  const rest = each.slice(SHOWN);
  const beyond = more > 0 ? h("li", { class: "quiet" }, `and ${more.toLocaleString("en")} more`) : null;
  return h(
    "div",
    {},
    h("ul", { class: "sentences" }, ...each.slice(0, SHOWN).map(line), rest.length === 0 && beyond),
    rest.length > 0 &&
      h(
        "details",
        { class: "fold" },
        h("summary", {}, `${(rest.length + more).toLocaleString("en")} more`),
        h("ul", { class: "sentences" }, ...rest.map(line), beyond),
      ),
  );
}

/** What stays although it was taken back: who says it, too, what it is, and how it can go as well. */
export interface StillLine {
  words: string;
  told: string[];
  more: number;
  next: string;
}

/** What others say, too → a line for each group of them. */
export function stillLines(still: readonly StillSaid[]): StillLine[] {
  return still.map(({ by, what, more }) => {
    const told = what.map(({ take, field, value }) =>
      field === null ? take : `${take} · ${changedField(field)}: ${onOneLine(value ?? "–")}`,
    );
    const which = by.length === 1 ? "that" : "those";
    const things = told.length + more === 1 ? "it" : "they";
    const next = by.every(({ source }) => source === "EXPORT")
      ? `Take ${which} back as well if ${things} should go.`
      : "";
    return { words: `Still said by ${[...new Set(by.map(whoWords))].join(", ")}:`, told, more, next };
  });
}

export function stillSaid(still: readonly StillSaid[]): HTMLElement | null {
  if (still.length === 0) return null;
  return h(
    "div",
    { class: "still-said" },
    ...stillLines(still).map(({ words, told, more, next }) =>
      h("div", {}, h("p", {}, visible(words)), someOf(told, more), next && h("p", {}, next)),
    ),
  );
}
