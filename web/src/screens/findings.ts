import type { Measurements } from "../contracts";
import { count } from "../film/words";
import { h } from "../ui/dom";

/** A list longer than this is a strip, not a list. */
const MOST_SHOWN = 24;

/** What the decode pass saw, each a button that goes there. Facts about picture and sound, no opinion of them. */
export function findings(
  { scene_changes, black, frozen, silent }: Measurements,
  label: (frame: number) => string,
  seek: (frame: number) => void,
): HTMLElement {
  const kinds = [
    {
      kind: "cut",
      title: "Scene changes",
      spans: scene_changes.map((frame) => ({ first: frame, last: frame })),
    },
    { kind: "black", title: "Black", spans: black },
    { kind: "frozen", title: "Frozen", spans: frozen },
    { kind: "silent", title: "Silent", spans: silent },
  ];
  const seen = kinds.filter(({ spans }) => spans.length > 0);
  if (seen.length === 0) {
    return h(
      "p",
      { class: "findings quiet" },
      "No scene change, no black, frozen or silent stretch was seen.",
    );
  }
  return h(
    "div",
    { class: "findings" },
    ...seen.map(({ kind, title, spans }) =>
      h(
        "section",
        {},
        h(
          "h2",
          {},
          h("i", { class: `mark ${kind}`, "aria-hidden": "true" }),
          `${title} `,
          h("b", {}, String(spans.length)),
        ),
        h(
          "div",
          { class: "spots" },
          ...spans.slice(0, MOST_SHOWN).map(({ first, last }) => {
            const text = first === last ? label(first) : `${label(first)} – ${label(last)}`;
            return h("button", { type: "button", class: "spot", onclick: () => seek(first) }, text);
          }),
          spans.length > MOST_SHOWN &&
            h(
              "span",
              { class: "quiet" },
              `and ${count(spans.length - MOST_SHOWN, "more", "more")} on the strip`,
            ),
        ),
      ),
    ),
  );
}
