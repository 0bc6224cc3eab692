import { type Child, h } from "../ui/dom";
import { visible } from "../ui/names";

/** A row of facts: null is said in the given words, never left out. */
export type Row = [name: string, value: string | null, absent?: string];

/** Facts under a heading, and below them whatever else belongs there. */
export function section(title: string, rows: Row[], ...more: Child[]): HTMLElement {
  return h(
    "section",
    {},
    h("h2", {}, title),
    rows.length > 0 &&
      h(
        "dl",
        {},
        ...rows.flatMap(([name, value, absent]) => [
          h("dt", {}, name),
          h(
            "dd",
            value === null ? { class: "absent" } : {},
            h("bdi", {}, value === null ? (absent ?? "") : visible(value)),
          ),
        ]),
      ),
    ...more,
  );
}
