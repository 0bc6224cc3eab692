import type { AnalysisKind, Clip } from "../contracts";
import { h } from "../ui/dom";

/** The mark that stands for it on the strip. */
const MARKS: Partial<Record<AnalysisKind, string>> = {
  SPEECH: "speech",
  FACES: "face",
  SLATE: "slate",
};

/** A heading over what a model said, with the model's name and version. */
export function saidHeading(
  words: string,
  { analyses, people }: Pick<Clip, "analyses" | "people">,
  kind: AnalysisKind,
): HTMLElement {
  const analysis = analyses.find((each) => each.kind === kind);
  const model = analysis?.state === "ANSWERED" ? analysis.model : null;
  const named = kind === "FACES" && people.length > 0 ? " named" : "";
  const mark = model && MARKS[kind];
  return h(
    "h2",
    {},
    h(
      "span",
      { class: "lane-key" },
      mark ? h("i", { class: `lane-bar ${mark}${named}`, "aria-hidden": "true" }) : null,
      words,
    ),
    model &&
      h(
        "small",
        { class: "said-by", title: "The model that said it, and its version" },
        `${model.name} ${model.version}`,
      ),
  );
}
