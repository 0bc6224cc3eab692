/** A paper before it counts: how its headings were read, what could not be, and what it would change. */

import type { PaperRead } from "../contracts";
import { FIELDS } from "../film/papers";
import { count } from "../film/words";
import { fill, h, keyed, type Piece, setText } from "../ui/dom";
import { onOneLine, visible } from "../ui/names";
import { changesList, someOf } from "./day_changes";

interface Heading {
  heading: string;
  /** What it holds; "" is nothing. */
  field: string;
  known: boolean;
  examples: string[];
}

type Cells = PaperRead["cells"];

export interface Reading extends Piece<PaperRead> {
  /** It could not be read, as too little is known of its headings: what stands under them, and what was said of them. */
  ask(cells: Cells, given: Readonly<Record<string, string>>): void;
  /** Another paper, or another source: its headings may stand in another order. */
  begin(): void;
}

/** `say` hears what a person says that a heading holds. */
export function paperReading(say: (heading: string, field: string) => void): Reading {
  const rows = h("p", { class: "paper-rows" });
  const body = h("tbody");
  const headings = h(
    "table",
    { class: "headings" },
    h(
      "thead",
      {},
      h("tr", {}, ...["Heading", "Holds", "For example"].map((words) => h("th", { scope: "col" }, words))),
    ),
    body,
  );
  const remarks = h("div", { class: "paper-remarks" });
  const changes = h("div", { class: "paper-changes" });
  const showHeadings = keyed<Heading>(
    body,
    ({ heading }) => heading,
    () => headingRow(say),
  );
  let order: string[] = [];
  return {
    node: h("div", { class: "paper-reading" }, rows, headings, remarks, changes),
    ask(cells, given) {
      order = Object.keys(cells);
      showHeadings(
        order.map((heading) => ({
          heading,
          field: given[heading] ?? "",
          known: heading in given,
          examples: cells[heading] ?? [],
        })),
      );
      setText(rows, "Say of its headings what they hold: the take, and its setup, slate or scene.");
      headings.hidden = false;
      fill(remarks);
      changes.hidden = true;
    },
    begin() {
      order = [];
    },
    show(told) {
      setText(rows, rowsWords(told));
      // Whoever chooses what a heading holds goes on to the next one: it stays where it is.
      const all = [...told.unknown, ...Object.keys(told.columns), ...told.left_out];
      if (order.length === 0) order = all;
      order = [
        ...order.filter((heading) => all.includes(heading)),
        ...all.filter((heading) => !order.includes(heading)),
      ];
      showHeadings(order.map((heading) => headingOf(heading, told)));
      headings.hidden = told.is_export;
      fill(remarks, ...remarksOf(told));
      changes.hidden = false;
      fill(changes, h("h3", {}, "What it changes"), changesList(told.changes));
    },
  };
}

function headingOf(heading: string, { columns, unknown, cells }: PaperRead): Heading {
  return {
    heading,
    field: columns[heading] ?? "",
    known: !unknown.includes(heading),
    examples: cells[heading] ?? [],
  };
}

function rowsWords({ rows, replaced, is_export }: PaperRead): string {
  const words = [`${count(rows, "row")} that say${rows === 1 ? "s" : ""} something.`];
  if (replaced) words.push("It takes the place of the paper of this name that is there.");
  if (is_export)
    words.push("It is our own export: a row that nobody changed counts only where nobody else speaks.");
  return words.join(" ");
}

function headingRow(say: (heading: string, field: string) => void): Piece<Heading> {
  const name = h("bdi");
  const none = h("option", { value: "" });
  const holds = h(
    "select",
    {},
    none,
    ...FIELDS.map(([field, words]) => h("option", { value: field }, words)),
  );
  const examples = h("td", { class: "quiet" });
  const node = h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, holds), examples);
  return {
    node,
    show({ heading, field, known, examples: cells }) {
      setText(name, visible(heading));
      setText(none, known ? "nothing: left out" : "not known");
      holds.value = field;
      holds.setAttribute("aria-label", `What ${visible(heading)} holds`);
      holds.onchange = () => say(heading, holds.value);
      node.dataset.tone = known ? "quiet" : "care";
      setText(examples, visible(cells.map(onOneLine).join(" · ")));
    },
  };
}

const WINDOWS = "Windows-1252";

function remarksOf({ above, encoding, problems }: PaperRead): (HTMLElement | null)[] {
  const keys = Object.entries(above).map(([key, value]) => `${key}: ${onOneLine(value)}`);
  const lines = problems.map(({ line, sentence }) => (line === 0 ? sentence : `Line ${line}: ${sentence}`));
  return [
    keys.length > 0 ? h("p", { class: "quiet" }, visible(`Above the table: ${keys.join("; ")}`)) : null,
    encoding === WINDOWS
      ? h("p", { class: "quiet" }, `Read as ${WINDOWS}. Where letters look wrong, export it in UTF-8.`)
      : null,
    lines.length > 0
      ? h(
          "div",
          { class: "paper-problems", "data-tone": "care" },
          h("b", {}, `${count(lines.length, "remark")}, and the rest is read`),
          someOf(lines),
        )
      : null,
  ];
}
