import type { DayListed, Roll } from "../contracts";
import { lightOf } from "../film/lights";
import { seesPeople } from "../film/roles";
import { lookOf, tally } from "../film/states";
import { count } from "../film/words";
import { address } from "../place";
import { fill, h, keyed, type Piece, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { byName, visible } from "../ui/names";
import { empty } from "../ui/notice";
import { knownRoles, live, type Studio } from "./screen";
import { spend } from "./spend";

interface Day {
  unit: string;
  day: string;
  rolls: Roll[];
  /** What came of it, as far as the papers tell. */
  listed: DayListed | null;
}

/** A production's shooting days, the latest label first, each with the rolls that arrived. */
export function days(studio: Studio, production: string, signal: AbortSignal): HTMLElement {
  const node = h("main", { class: "screen days" });
  const list = h("div", { class: "day-list" });
  const nothing = empty(
    "Nothing has arrived yet",
    "Rolls appear here by themselves as soon as the first file is uploaded.",
  );
  const showDays = keyed<Day>(
    list,
    (day) => `${day.unit}/${day.day}`,
    () => dayPiece(production),
  );
  const cost = spend(studio, production, signal);
  let before = "";
  let latest: Roll[] = [];
  let listed: DayListed[] = [];

  const showAll = () => {
    const all = byDay(latest, listed);
    nothing.hidden = all.length > 0;
    showDays(all);
  };
  // Without an answer the days are there all the same, only without what came of them.
  void askDays(studio, production, signal).then(
    (told) => {
      listed = told;
      if (node.contains(list)) showAll();
    },
    () => {},
  );

  live(studio, node, signal, {
    what: "Looking for rolls",
    fetch: (signal) => studio.api.rolls(production, signal),
    show(rolls) {
      if (!node.contains(list)) fill(node, h("h1", {}, visible(production)), cost, list, nothing);
      latest = rolls;
      showAll();
      const now = JSON.stringify(rolls);
      const changed = now !== before;
      before = now;
      return rolls.some((roll) => roll.open > 0) ? (changed ? "changed" : "open") : "settled";
    },
  });
  return node;
}

/** What came of the days, for whom it is told to. */
async function askDays(studio: Studio, production: string, signal: AbortSignal): Promise<DayListed[]> {
  return seesPeople(await knownRoles(studio, production, signal)) ? studio.api.days(production, signal) : [];
}

function byDay(rolls: Roll[], listed: DayListed[]): Day[] {
  const found = new Map<string, Day>();
  for (const told of listed)
    found.set(`${told.unit}/${told.day}`, { unit: told.unit, day: told.day, rolls: [], listed: told });
  for (const roll of [...rolls].sort((a, b) => byName(a.roll, b.roll))) {
    const key = `${roll.unit}/${roll.day}`;
    const day = found.get(key) ?? { unit: roll.unit, day: roll.day, rolls: [], listed: null };
    day.rolls.push(roll);
    found.set(key, day);
  }
  return [...found.values()].sort((a, b) => byName(b.day, a.day) || byName(a.unit, b.unit));
}

function dayPiece(production: string): Piece<Day> {
  const title = h("span");
  const way = h("a", {}, title, icon("next"));
  const unit = h("span", { class: "quiet" });
  const rolls = h("div", { class: "tiles" });
  const showRolls = keyed<Roll>(
    rolls,
    (roll) => roll.roll,
    () => rollPiece(production),
  );
  return {
    node: h("section", { class: "day" }, h("header", {}, h("h2", {}, way), unit), rolls),
    show(day) {
      setText(title, visible(day.day));
      way.href = address({ at: "day", production, unit: day.unit, day: day.day, words: "", list: null });
      setText(unit, [unitWords(day.unit), ...takesWords(day.listed)].join(" · "));
      showRolls(day.rolls);
    },
  };
}

function takesWords(listed: DayListed | null): string[] {
  if (!listed || listed.summary.takes === 0) return [];
  return [count(listed.summary.takes, "take"), `${listed.summary.circled} circled`];
}

function rollPiece(production: string): Piece<Roll> {
  const name = h("h3");
  const state = h("span", { class: "roll-state" });
  const bar = h("div", { class: "tally-bar", "aria-hidden": "true" });
  const words = h("p", { class: "tally" });
  const files = h("p", { class: "quiet" });
  const light = h("p", { class: "roll-light" });
  const node = h("a", { class: "tile roll" }, h("header", {}, name, state), light, bar, words, files);
  let shown = "";
  return {
    node,
    show(roll) {
      const now = JSON.stringify(roll);
      if (now === shown) return;
      shown = now;
      node.href = address({ ...roll, production, at: "roll" });
      setText(name, visible(roll.roll));
      setText(state, rollWords(roll));
      state.dataset.tone = roll.open > 0 ? "moving" : "quiet";
      const look = lightOf(roll.card);
      light.dataset.tone = look.tone;
      fill(light, icon(look.shape), look.word);
      setText(files, `${count(roll.files, "file")} received`);
      const groups = tally(Object.entries(roll.clips));
      fill(bar, ...groups.map(([group, clips]) => segment(group, clips)));
      fill(
        words,
        ...groups.map(([group, clips]) => tallyWord(group, clips)),
        groups.length === 0 && "No clips",
      );
    },
  };
}

function segment(group: string, clips: number): HTMLElement {
  const part = h("i", { "data-tone": lookOf(group).tone });
  part.style.flexGrow = String(clips);
  return part;
}

function tallyWord(group: string, clips: number): HTMLElement {
  const look = lookOf(group);
  return h("span", { "data-tone": look.tone }, icon(look.shape), `${clips} ${look.word.toLowerCase()}`);
}

function rollWords(roll: Roll): string {
  if (roll.open > 0) return "on its way";
  return roll.closed ? "closed" : "waiting for the rest of the card";
}

/** "main" is what everyone calls the main unit; others are called by their own label. */
export function unitWords(unit: string): string {
  return unit === "main" ? "main unit" : `unit ${visible(unit)}`;
}
