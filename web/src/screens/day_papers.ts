import type { DayFacts, Paper, ShootingDay, Source } from "../contracts";
import { count } from "../film/words";
import { fill, h, type Piece } from "../ui/dom";
import { dropZone } from "../ui/drop";
import { visible } from "../ui/names";
import { momentWords } from "./day_words";
import { ACCEPT } from "./paper_dialog";

const SOURCES: Partial<Record<Source, string>> = {
  SCRIPT: "script",
  SOUND: "sound",
  CAMERA: "camera",
};

export interface PaperActs {
  bringIn(file: File): void;
  takeBack(paper: Paper): void;
}

export interface PaperList extends Piece<ShootingDay> {
  /** Where the focus goes when what had it is gone. */
  focus(): void;
}

/**
 * The papers that the day's takes follow from, the lines of them that could not be read, and for who may say
 * something the way to bring more in: chosen here, or dropped anywhere on `screen`.
 */
export function dayPapers(screen: HTMLElement, acts: PaperActs): PaperList {
  const list = h("ul");
  const zone = dropZone(
    screen,
    ACCEPT,
    "or drop it on this page: the script supervisor's log, a sound or camera report, an ALE",
    acts.bringIn,
  );
  zone.querySelector("input")?.setAttribute("aria-keyshortcuts", "P");
  const node = h("section", { class: "day-papers" }, h("h2", {}, "Papers"), list, zone);
  let shown = "";
  const focus = () => {
    if (document.activeElement === document.body) zone.querySelector("input")?.focus();
  };
  return {
    node,
    focus,
    show({ papers, facts, may_say }) {
      const now = JSON.stringify([papers, facts, may_say]);
      if (now === shown) return;
      shown = now;
      zone.hidden = !may_say;
      const held = list.contains(document.activeElement);
      fill(list, ...papers.map((paper) => line(paper, facts, may_say && acts)));
      if (held) focus();
    },
  };
}

function line(paper: Paper, facts: DayFacts, acts: PaperActs | false): HTMLElement {
  const { name, source, rows, by, at, problems } = paper;
  const whose = SOURCES[source] ?? source.toLowerCase();
  const words = [whose, count(rows, "row"), `brought in by ${visible(by)}, ${momentWords(at, facts)}`];
  const back = acts && {
    type: "button",
    class: "button small",
    "aria-label": `Take back ${visible(name)}`,
    onclick: () => acts.takeBack(paper),
  };
  return h(
    "li",
    {},
    h(
      "div",
      { class: "paper" },
      h("p", {}, h("bdi", {}, visible(name)), h("span", { class: "quiet" }, ` ${words.join(" · ")}`)),
      back && h("button", back, "Take back"),
    ),
    problems.length > 0 &&
      h(
        "details",
        { class: "fold" },
        h("summary", { "data-tone": "care" }, `${count(problems.length, "line")} not wholly read`),
        h(
          "ul",
          {},
          ...problems.map((each) =>
            h("li", {}, each.line > 0 && h("b", {}, `Line ${each.line} `), visible(each.sentence)),
          ),
        ),
      ),
  );
}
