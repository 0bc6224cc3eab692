import type { AnalysisKind, Clip } from "../contracts";
import { analysisWords, inOrder, mayFailLess, stateOf } from "../film/analyses";
import { fill, h, type Piece, setText } from "../ui/dom";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";

export interface AnalysesShown {
  clip: Clip;
  /** Answers that are there and could not be fetched, with why. */
  failed: ReadonlyMap<AnalysisKind, string>;
  /** Asks the models again; null for who may not. */
  again: ((failed: boolean) => Promise<void>) | null;
}

interface AnalysesList extends Piece<AnalysesShown> {
  trouble(sentence: string): void;
}

/** Where each analysis of a clip stands, and by which model; what has no answer says why. */
export function analysesList(): AnalysesList {
  const rows = h("ul");
  const tally = h("small", { class: "said-by" });
  const said = h("p", { class: "quiet", role: "status" });
  const button = h("button", { type: "button", class: "button small" }, "Analyse again");
  const foot = h("div", { class: "analyse-again" }, button, said);
  let before = "";

  return {
    node: h(
      "section",
      { class: "analyses", "aria-label": "Analyses" },
      h("h2", {}, "Analyses", tally),
      rows,
      foot,
    ),
    show({ clip, failed, again }) {
      button.hidden = again === null;
      button.onclick = async () => {
        button.disabled = true;
        try {
          await again?.(clip.analyses.some(mayFailLess));
          setText(said, "Ordered. Answers appear here by themselves.");
        } catch (error) {
          const { sentence, nextStep } = toldOf(error);
          setText(said, `${sentence} ${nextStep}`);
        } finally {
          button.disabled = false;
        }
      };
      const now = JSON.stringify([clip.analyses, [...failed]]);
      if (now === before) return;
      before = now;
      const open = inOrder(clip.analyses).filter(
        ({ kind, state }) => state !== "ANSWERED" || failed.has(kind),
      );
      const all = clip.analyses.length;
      setText(tally, all > 0 ? `${all - open.length} of ${all} answered` : "nothing was asked of this clip");
      rows.hidden = open.length === 0;
      fill(
        rows,
        ...open.map((analysis) => {
          const { word, tone, sentence } = stateOf(analysis);
          const { model, why, kind } = analysis;
          const lost = failed.get(kind);
          return h(
            "li",
            {
              "data-kind": kind,
              title: [why?.code, model && `${model.name} ${model.version}`].filter(Boolean).join(" · "),
            },
            h("b", {}, analysisWords(kind)),
            h("span", { "data-tone": lost ? "care" : tone }, lost ? "not fetched" : word),
            h("p", {}, h("bdi", {}, visible(lost ?? sentence))),
          );
        }),
      );
    },
    trouble: (sentence) => setText(said, `Who may be seen here cannot be told. ${sentence}`),
  };
}
