import type { Roll, ShootingDay } from "../contracts";
import { count } from "../film/words";
import { address, type DayPlace } from "../place";
import { fill, h, type Piece, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { byName, visible } from "../ui/names";
import { clockWords, runtimeWords } from "./day_words";
import { unitWords } from "./days";
import { savingButton } from "./saving";
import type { Studio } from "./screen";

/** Which day it is, when it was shot, what came of it, and the way to its rolls. */
export function dayHead(studio: Studio, place: DayPlace): Piece<ShootingDay> {
  const facts = h("p", { class: "quiet" });
  const figures = h("dl", { class: "day-figures" });
  const rolls = h("nav", { class: "day-rolls", "aria-label": "Rolls of this day" });
  const title = h(
    "div",
    { class: "title" },
    h("h1", {}, h("bdi", {}, visible(place.day))),
    facts,
    h("div", { class: "actions" }, ...reportButtons(studio, place)),
  );
  return {
    node: h("header", { class: "day-head" }, title, figures, rolls),
    show(day) {
      const kind = day.facts.kind === "MAIN" ? "" : (day.facts.kind ?? "").toLowerCase();
      const words = [unitWords(place.unit), kind, clockWords(day.facts)];
      setText(facts, visible(words.filter(Boolean).join(" · ")));
      const { summary } = day;
      const wild = summary.wild_tracks > 0 ? `and ${count(summary.wild_tracks, "wild track")}` : "";
      const circled = summary.circled > 0 ? runtimeWords(summary.circles.runtime) : "";
      figures.hidden = summary.takes === 0 && summary.all.clips === 0;
      fill(
        figures,
        ...figure("Scenes", String(summary.scenes.length)),
        ...figure("Setups", String(summary.setups.length)),
        ...figure("Takes", String(summary.takes), wild),
        ...figure("Circled", String(summary.circled), circled),
        ...figure("Runtime", runtimeWords(summary.all.runtime), count(summary.all.clips, "clip")),
      );
      const names = new Set(Object.values(day.clips).map(({ roll }) => roll));
      for (const { roll } of Object.values(day.sounds)) names.add(roll);
      rolls.hidden = names.size === 0;
      fill(
        rolls,
        h("span", { class: "quiet" }, "Rolls"),
        ...[...names].sort(byName).map((roll) => link(place, roll)),
      );
    },
  };
}

/** What saves the day's report: a page that needs nothing else, and a CSV. */
function reportButtons(studio: Studio, place: DayPlace): HTMLElement[] {
  const write = (ending: string) => async () => {
    const files = await studio.api.dayReport(place);
    return files.filter(({ name }) => name.endsWith(ending));
  };
  return [
    savingButton(
      "The report of the day as one HTML file: to read, to send, and to print",
      "text/html;charset=utf-8",
      write(".html"),
      icon("sheet"),
      "Day report",
    ),
    savingButton(
      "The report of the day as a table, a row for each take",
      "text/csv;charset=utf-8",
      write(".csv"),
      icon("down"),
      "CSV",
    ),
  ];
}

function figure(name: string, value: string, more = ""): HTMLElement[] {
  return [
    h("div", {}, h("dt", {}, name), h("dd", {}, h("b", {}, value), more !== "" && h("small", {}, more))),
  ];
}

function link({ production, unit, day }: DayPlace, roll: Roll["roll"]): HTMLElement {
  return h("a", { href: address({ at: "roll", production, unit, day, roll }) }, h("bdi", {}, visible(roll)));
}
