import type { Axis, Card, Reason } from "../contracts";
import { AXES, codeWords, DEEDS, LIGHT_ORDER, lightOf } from "../film/lights";
import { count } from "../film/words";
import { h } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import type { Fold } from "./fold";

/** A list longer than this shows its beginning. */
const MOST_SHOWN = 4;

interface Group {
  code: string;
  light: Reason["light"];
  reasons: Reason[];
}

/** Why a card is not green, axis by axis and code by code, the worst first. `close` is null for who may not act. */
export function cardReasons(card: Card, fold: Fold, close: ((reason: Reason) => void) | null): HTMLElement {
  const more = card.more_reasons;
  return h(
    "div",
    { class: "reasons" },
    ...AXES.map(({ axis, word, asks }) =>
      h(
        "section",
        { class: "axis", "data-tone": lightOf(card[axisKey(axis)]).tone },
        h("h3", {}, icon(lightOf(card[axisKey(axis)]).shape), word),
        h("p", { class: "quiet" }, asks),
        ...groupsOf(card.reasons, axis).map((group) => groupNode(group, fold, close)),
        card[axisKey(axis)] === "GREEN" &&
          h("p", { class: "fine" }, axis === "BITS" ? "Yes, all of them." : "Yes, every one."),
        card[axisKey(axis)] !== "GREEN" &&
          !card.reasons.some((reason) => reason.axis === axis) &&
          h("p", { class: "fine" }, "Nothing has been compared yet."),
      ),
    ),
    more > 0 &&
      h("p", { class: "quiet" }, `And ${count(more, "more reason")}, of which only the number is kept.`),
  );
}

export function axisKey(axis: Axis): "bits" | "picture" {
  return axis === "BITS" ? "bits" : "picture";
}

/** The reasons of one axis by light and code, in the order of the lights. */
export function groupsOf(reasons: Reason[], axis: Axis): Group[] {
  const found = new Map<string, Group>();
  for (const reason of reasons.filter((each) => each.axis === axis)) {
    const key = `${reason.light} ${reason.code}`;
    const group = found.get(key) ?? { code: reason.code, light: reason.light, reasons: [] };
    group.reasons.push(reason);
    found.set(key, group);
  }
  return [...found.values()].sort((a, b) => LIGHT_ORDER.indexOf(a.light) - LIGHT_ORDER.indexOf(b.light));
}

function groupNode(group: Group, fold: Fold, close: ((reason: Reason) => void) | null): HTMLElement {
  const look = lightOf(group.light);
  const said = shared(group.reasons.map((reason) => reason.sentence));
  const step = shared(group.reasons.map((reason) => reason.next_step));
  const items = group.reasons.map((reason) => item(reason, said === null, step === null, close));
  const rest = items.slice(MOST_SHOWN);
  return h(
    "div",
    { class: "reason-group", "data-tone": look.tone },
    h(
      "h4",
      {},
      icon(look.shape),
      codeWords(group.code),
      group.reasons.length > 1 && h("b", {}, String(group.reasons.length)),
    ),
    said !== null && h("p", { class: "sentence" }, visible(said)),
    step !== null && nextStep(step),
    h("ul", {}, ...items.slice(0, MOST_SHOWN)),
    rest.length > 0 &&
      fold(`${group.light} ${group.code}`, `${rest.length} more`, false, h("ul", {}, ...rest)),
  );
}

/** What all of them say, once; null where they differ, or where there is only one. */
function shared(words: string[]): string | null {
  const [first] = words;
  return first !== undefined && words.length > 1 && words.every((each) => each === first) ? first : null;
}

function item(
  reason: Reason,
  withSentence: boolean,
  withStep: boolean,
  close: ((reason: Reason) => void) | null,
): HTMLElement {
  const { closable, path } = reason;
  return h(
    "li",
    {},
    h(
      "div",
      {},
      path !== null && h("bdi", { class: "path" }, visible(path)),
      withSentence && h("p", { class: "sentence" }, visible(reason.sentence)),
      withStep && nextStep(reason.next_step),
    ),
    closable !== null &&
      close !== null &&
      h(
        "button",
        { type: "button", class: "button small", onclick: () => close(reason) },
        `${DEEDS[closable].asks}…`,
      ),
  );
}

function nextStep(words: string): HTMLElement {
  return h("p", { class: "next-step" }, h("b", {}, "Next step "), visible(words));
}
