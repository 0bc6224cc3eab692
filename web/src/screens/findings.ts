import type { Finding, FrameSpan, Measurements } from "../contracts";
import { kindWords, lookedFor, markOf, partFindings } from "../film/qc";
import { count } from "../film/words";
import { cutOut } from "../ui/cut_out";
import { h } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";

/** A list longer than this shows its beginning; the strip has all of them. */
const MOST_SHOWN = 6;
const MOST_CUTS = 24;
const THUMB = { width: 96, height: 54 };

/** Where the findings are seen: the words for a frame, the way there, and the filmstrip's address. */
export interface Seeing {
  label(frame: number): string;
  seek(frame: number): void;
  strip: string | null;
}

/** What quality control and the decode pass saw, each a button that goes there. `kinds` is what was looked for. */
export function findings(
  measured: Measurements,
  kinds: readonly string[] | null,
  seeing: Seeing,
): HTMLElement {
  return h(
    "section",
    { class: "findings", "aria-label": "What was seen" },
    ...qualityControl(measured.findings, kinds, seeing),
    measured.scene_changes.length > 0 && sceneChanges(measured.scene_changes, seeing),
  );
}

function qualityControl(
  found: Finding[] | undefined,
  kinds: readonly string[] | null,
  seeing: Seeing,
): HTMLElement[] {
  const calm = (words: string) => [h("p", { class: "quiet" }, words)];
  if (!found) return calm("Quality control has not looked at this clip.");
  if (found.length === 0) return calm(kinds ? lookedFor(kinds) : "Nothing was found.");
  const { doubtful, information } = partFindings(found);
  const lists = [list("Worth checking", doubtful, seeing), list("Good to know", information, seeing)];
  return lists.filter((each) => each !== null);
}

function list(title: string, found: Finding[], seeing: Seeing): HTMLElement | null {
  if (found.length === 0) return null;
  const rows = found.map((finding) => row(finding, seeing));
  const rest = rows.slice(MOST_SHOWN);
  return h(
    "section",
    {},
    h("h2", {}, `${title} `, h("b", {}, String(found.length))),
    h("ul", { class: "found" }, ...rows.slice(0, MOST_SHOWN)),
    rest.length > 0 &&
      h(
        "details",
        { class: "fold" },
        h("summary", {}, `${rest.length} more`),
        h("ul", { class: "found" }, ...rest),
      ),
  );
}

function row(finding: Finding, seeing: Seeing): HTMLElement {
  const { frames, information, kind, sentence } = finding;
  const inside = [
    thumb(finding, seeing.strip),
    h(
      "span",
      { class: "said" },
      h(
        "span",
        { class: "kind", "data-tone": information ? "quiet" : "care" },
        icon(information ? "info" : "alert"),
        h("b", {}, visible(kindWords(kind))),
        frames &&
          h("span", { class: "when" }, whereWords(frames), h("i", { class: `mark ${markOf(finding)}` })),
      ),
      h("span", { class: "sentence" }, visible(sentence)),
    ),
  ];
  return h(
    "li",
    {},
    frames
      ? h("button", { type: "button", class: "finding", onclick: () => seeing.seek(frames.first) }, ...inside)
      : h("div", { class: "finding" }, ...inside),
  );
}

/** "frame 12", "frames 12–27", as the counter of the player has them. The sentence tells the timecode. */
function whereWords({ first, last }: FrameSpan): string {
  return first === last ? `frame ${first}` : `frames ${first}–${last}`;
}

function thumb({ thumb }: Finding, strip: string | null): HTMLElement {
  const frame = h("span", { class: "thumb", "aria-hidden": "true" });
  if (!thumb || !strip) {
    frame.append("–");
    return frame;
  }
  const [x, y, width, height] = thumb;
  const picture = h("img", { src: strip, alt: "", draggable: "false" });
  const cut = h("span", { class: "cut-out" }, picture);
  cutOut(cut, picture, { x, y, width, height }, THUMB.width, THUMB.height);
  frame.append(cut);
  return frame;
}

function sceneChanges(cuts: number[], { label, seek }: Seeing): HTMLElement {
  return h(
    "section",
    {},
    h(
      "h2",
      {},
      h("i", { class: "mark cut", "aria-hidden": "true" }),
      "Scene changes ",
      h("b", {}, String(cuts.length)),
    ),
    h(
      "div",
      { class: "spots" },
      ...cuts
        .slice(0, MOST_CUTS)
        .map((frame) =>
          h("button", { type: "button", class: "spot", onclick: () => seek(frame) }, label(frame)),
        ),
      cuts.length > MOST_CUTS &&
        h("span", { class: "quiet" }, `and ${count(cuts.length - MOST_CUTS, "more", "more")} on the strip`),
    ),
  );
}
