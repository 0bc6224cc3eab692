import type { DayFacts, Paper, ShootingDay, Source } from "../contracts";
import { count } from "../film/words";
import { fill, h, type Piece } from "../ui/dom";
import { visible } from "../ui/names";
import { momentWords } from "./day_words";

const SOURCES: Partial<Record<Source, string>> = {
  SCRIPT: "script",
  SOUND: "sound",
  CAMERA: "camera",
};

/** The papers that the day's takes follow from, and the lines of them that could not be read. */
export function dayPapers(): Piece<ShootingDay> {
  const list = h("ul");
  const node = h("section", { class: "day-papers" }, h("h2", {}, "Papers"), list);
  let shown = "";
  return {
    node,
    show({ papers, facts }) {
      const now = JSON.stringify([papers, facts]);
      if (now === shown) return;
      shown = now;
      fill(list, ...papers.map((paper) => line(paper, facts)));
    },
  };
}

function line({ name, source, rows, by, at, problems }: Paper, facts: DayFacts): HTMLElement {
  const whose = SOURCES[source] ?? source.toLowerCase();
  const words = [whose, count(rows, "row"), `brought in by ${visible(by)}, ${momentWords(at, facts)}`];
  return h(
    "li",
    {},
    h("bdi", {}, visible(name)),
    h("span", { class: "quiet" }, ` ${words.join(" · ")}`),
    problems.length > 0 &&
      h(
        "details",
        { class: "fold" },
        h("summary", { "data-tone": "care" }, `${count(problems.length, "line")} not wholly read`),
        h(
          "ul",
          {},
          ...problems.map((each) =>
            h("li", {}, h("b", {}, `Line ${each.line}`), ` ${visible(each.sentence)}`),
          ),
        ),
      ),
  );
}
