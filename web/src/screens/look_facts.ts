import type { AppliedLook, Cdl } from "../contracts";
import { cdlText, figure, SOP } from "../film/cdl";
import { copyButton } from "../ui/copy";
import { h } from "../ui/dom";
import { type Row, section } from "./fact_section";

/** What a proxy shows, in the order in which it was applied, and where each part came from. */
export function lookFacts(look: AppliedLook): HTMLElement {
  const { camera_space, grading_space, cdl, cdl_from, lut, lut_from } = look;
  return section(
    "Look",
    [
      ["Camera", camera_space, "no colour space declared"],
      ["Graded in", grading_space, "no colour space declared"],
      ["CDL", cdl && (cdl_from ?? "set"), "none"],
      ["LUT", lut?.name ?? null, "none"],
      ...(lut ? [["LUT from", lut_from, "not told"] satisfies Row] : []),
    ],
    cdl && cdlTable(cdl),
  );
}

function cdlTable(cdl: Cdl): HTMLElement {
  const head = (words: string, scope: string) => h("th", { scope }, words);
  const cell = (value: number) => h("td", {}, figure(value));
  const table = h(
    "table",
    { class: "cdl", "aria-label": "CDL" },
    h("thead", {}, h("tr", {}, h("td", {}), ...["R", "G", "B"].map((words) => head(words, "col")))),
    h(
      "tbody",
      {},
      ...SOP.map((name) => h("tr", {}, head(name, "row"), ...cdl[name].map(cell))),
      h("tr", {}, head("saturation", "row"), cell(cdl.saturation)),
    ),
  );
  return h("div", { class: "cdl-box" }, table, copyButton("the CDL", cdlText(cdl), table));
}
