import type { Act, AnsweredAct, Card, Copy } from "../contracts";
import { codeWords, DEEDS, originWords } from "../film/lights";
import { count, instant } from "../film/words";
import { h } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";

const COUNTS = [
  ["listed", "On the card", "quiet"],
  ["received", "Received", "quiet"],
  ["matched", "Matching", "good"],
  ["pending", "To compare", "care"],
  ["missing", "Missing", "bad"],
  ["changed", "Changed", "bad"],
  ["unlisted", "Not in the manifest", "care"],
] as const;

/** The files of a card in figures. What is zero stays quiet. */
export function cardCounts({ files }: Card): HTMLElement {
  return h(
    "dl",
    { class: "counts" },
    ...COUNTS.map(([name, words, tone]) =>
      h(
        "div",
        {
          "data-tone": files[name] > 0 ? tone : "quiet",
          class: files[name] > 0 ? "count some" : "count none",
        },
        h("dt", {}, words),
        h("dd", {}, String(files[name])),
      ),
    ),
  );
}

/** What the card is, where its digests come from, and who else has it. */
export function cardOrigin(card: Card): HTMLElement {
  return h(
    "p",
    { class: "origin" },
    ...[card.structure?.sentence ?? null, originWords(card.origin)]
      .filter((each) => each !== null)
      .map((each) => h("span", {}, visible(each))),
  );
}

/** Where the card lies, and which of these copies count. */
export function cardCopies(copies: Copy[]): HTMLElement {
  if (copies.length === 0) return h("p", { class: "quiet" }, "No copy of this card is on record.");
  const heads = ["Volume", "Kind", "Serial", "Off site", "Read back", "Counts"];
  return h(
    "table",
    { class: "copies" },
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...copies.map(copyRow)),
  );
}

function copyRow(copy: Copy): HTMLElement {
  const cell = (label: string, ...inside: (Node | string)[]) => h("td", { "data-label": label }, ...inside);
  const why = h("span", {}, visible(copy.sentence));
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("bdi", {}, visible(copy.volume))),
    cell("Kind", visible(copy.kind).toLowerCase()),
    cell("Serial", h("bdi", {}, visible(copy.serial ?? "–"))),
    cell("Off site", copy.offsite ? "yes" : "no"),
    cell("Read back", `${instant(copy.read_back_at)} · ${count(copy.files, "file")}`),
    h(
      "td",
      { "data-label": "Counts", "data-tone": copy.counts ? "good" : "care", class: "counting" },
      icon(copy.counts ? "check" : "alert"),
      why,
    ),
  );
}

/** Of a covered insertion: where all of it lies too. */
export function coveredWords({ offload, covered_by }: Card): string {
  return `Insertion ${visible(offload)}: all of it is also in ${visible(covered_by ?? "")}, which counts in its place.`;
}

/** Who released the card, why, and whether it has turned out worse since. */
export function cardRelease({ released, status }: Card): HTMLElement | false {
  if (!released) return false;
  const was = released.status === "GREEN" ? "" : `, when it was ${released.status.toLowerCase()}`;
  const harm = status === "RED" && released.status !== "RED";
  return h(
    "p",
    { class: "released" },
    icon(harm ? "alert" : "check"),
    h(
      "span",
      {},
      h("b", {}, `Released by ${visible(released.by)} (${visible(released.role)})`),
      ` ${instant(released.at)}${was}: “${visible(released.reason)}”`,
      harm && h("b", {}, " Damage was found since. If the card is not formatted yet, stop."),
    ),
  );
}

/** What people did to the card, the latest first. It is never taken back, only added to. */
export function cardHistory(acts: (Act & Partial<AnsweredAct>)[]): HTMLElement {
  return h("ol", { class: "history" }, ...[...acts].reverse().map(actLine));
}

function actLine(act: Act & Partial<AnsweredAct>): HTMLElement {
  const since = act.replaced ? "a version that was replaced since" : null;
  const about = [act.code && codeWords(act.code), act.path, act.volume, since].filter(
    (each) => each !== null && each !== "",
  );
  return h(
    "li",
    { class: "act" },
    h("b", {}, DEEDS[act.act]?.told ?? act.act),
    h("span", { class: "quiet" }, ` by ${visible(act.by)} (${visible(act.role)}), ${instant(act.at)}`),
    about.length > 0 && h("p", { class: "path" }, h("bdi", {}, visible(about.join(" · ")))),
    h("p", {}, `“${visible(act.reason)}”`),
  );
}
