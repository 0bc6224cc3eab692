import type { Spend } from "../contracts";
import { count } from "../film/words";
import { fill, h, setText } from "../ui/dom";
import { toldOf } from "../ui/notice";
import type { Studio } from "./screen";

/** What analysis has cost a production, for who answers for its money; empty for everybody else. */
export function spend(studio: Studio, production: string, signal: AbortSignal): HTMLElement {
  const node = h("section", { class: "spend", "aria-label": "Cost of analysis", hidden: true });
  async function look(): Promise<void> {
    const told = await studio.api.spend(production, signal);
    if (signal.aborted || !told.may_see) return;
    fill(node, ...shown(told), again());
    node.hidden = false;
  }

  function again(): HTMLElement {
    const said = h("span", { class: "quiet", role: "status" });
    const button = h("button", { type: "button", class: "button small" }, "Analyse again");
    button.title = "Asks once more what failed or was left out, in all of the production";
    button.onclick = async () => {
      button.disabled = true;
      try {
        await studio.api.analyseAgain(production, { roll: null, clip_id: null, version: null, failed: true });
        setText(said, "Ordered.");
      } catch (error) {
        const { sentence, nextStep } = toldOf(error);
        setText(said, `${sentence} ${nextStep}`);
      } finally {
        button.disabled = false;
      }
    };
    return h("span", { class: "again" }, said, button);
  }

  look().catch((error: unknown) => {
    if (signal.aborted) return;
    fill(
      node,
      h("p", { class: "quiet" }, `What analysis has cost cannot be told. ${toldOf(error).sentence}`),
    );
    node.hidden = false;
  });
  return node;
}

function shown({
  spent_usd,
  budget_usd,
  answers,
  duplicates,
}: Extract<Spend, { may_see: true }>): HTMLElement[] {
  const figure = h("p", { class: "spent" }, "Analysis ", h("b", {}, dollars(spent_usd)));
  figure.append(budget_usd === null ? " spent, no budget set" : ` of ${dollars(budget_usd)}`);
  const words = [count(answers, "answer")];
  if (duplicates > 0) words.push(`${count(duplicates, "duplicate")} paid for`);
  const parts: HTMLElement[] = [figure];
  if (budget_usd !== null) parts.push(bar(spent_usd, budget_usd));
  return [...parts, h("p", { class: "quiet" }, words.join(" · "))];
}

/** How much of the budget is spent; the figures beside it say the same. */
function bar(spent: number, budget: number): HTMLElement {
  const share = budget > 0 ? Math.min(1, spent / budget) : 1;
  const part = h("i");
  part.style.width = `${100 * share}%`;
  return h(
    "div",
    { class: "spend-bar", "aria-hidden": "true", "data-tone": share >= 1 ? "care" : "quiet" },
    part,
  );
}

function dollars(value: number): string {
  return new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(value);
}
