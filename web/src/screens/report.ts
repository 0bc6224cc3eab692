import type { Card, Report, ReportRow } from "../contracts";
import { AXES, lightOf } from "../film/lights";
import { lookOf } from "../film/states";
import { bytes, count, duration, instant } from "../film/words";
import { address, type RollPlace } from "../place";
import { fill, h } from "../ui/dom";
import { download } from "../ui/download";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import { empty } from "../ui/notice";
import { picture } from "../ui/picture";
import { axisKey } from "./card_reasons";
import { cardHistory, cardRelease, coveredWords } from "./card_record";
import { unitWords } from "./days";
import { live, type Studio } from "./screen";

const HEADS = ["", "Clip", "Sc / Tk", "Timecode", "Camera", "Recording", "File", "Notes"];
const COLUMNS = ["thumbs", "clips", "takes", "times", "cameras", "recordings", "files", "remarks"];
/** What else is on a card, as people call it. */
const KINDS: Record<string, string> = {
  SIDECAR: "sidecar",
  SOUND: "sound file",
  MANIFEST: "manifest",
  UNKNOWN: "unknown file",
};
/** What nobody said. */
const DASH = "–";

/** A roll's camera report, to read, to print, and to take along as a CSV. */
export function report(studio: Studio, place: RollPlace, signal: AbortSignal): HTMLElement {
  const node = h("main", { class: "screen report" });
  let shown = "";
  live(studio, node, signal, {
    what: "Writing the report",
    fetch: (signal) => studio.api.report(place, signal),
    show(told) {
      const now = JSON.stringify(told);
      if (now === shown) return "settled";
      shown = now;
      const rows = told.rows.map((row) => rowNode(studio, place, row));
      fill(
        node,
        head(place, told),
        rows.length ? table(rows) : empty("No clips", "There is nothing to report of this roll yet."),
      );
      return "changed";
    },
  });
  return node;
}

function head(place: RollPlace, { header, csv }: Report): HTMLElement {
  const { card } = header;
  const look = lightOf(card.cards.length ? card.status : null);
  const names = [place.production, place.unit, place.day, place.roll];
  const words = [
    place.day,
    unitWords(place.unit),
    count(header.clips, "clip"),
    duration(header.duration_s),
    bytes(header.size_bytes),
    ...Object.entries(header.other_files).map(([kind, files]) => count(files, KINDS[kind] ?? "file")),
    ...(header.proxies ? [count(header.proxies, "external proxy", "external proxies")] : []),
  ];
  const counting = card.cards.filter(({ covered_by }) => covered_by === null);
  const copies = counting.flatMap((each) => each.copies.filter((copy) => copy.counts));
  return h(
    "header",
    { class: "report-head" },
    h(
      "div",
      { class: "title" },
      h("h1", {}, h("bdi", {}, visible(place.roll))),
      h("p", { class: "quiet" }, visible(`${place.production} · ${words.join(" · ")}`)),
      h(
        "div",
        { class: "actions" },
        download(`${names.join("_")}_camera-report.csv`, csv, "text/csv;charset=utf-8", "CSV"),
        h("button", { type: "button", class: "button", onclick: () => print() }, icon("sheet"), "Print"),
        h("a", { class: "button", href: address({ ...place, at: "roll" }) }, "Back to the roll"),
      ),
    ),
    h(
      "div",
      { class: "report-light", "data-tone": look.tone },
      icon(look.shape),
      h("b", {}, look.answer),
      ...AXES.map(({ axis, word }) =>
        h("span", {}, `${word}: ${card[axisKey(axis)]?.toLowerCase() ?? DASH}`),
      ),
      h(
        "span",
        {},
        copies.length
          ? `Copies: ${copies.map((copy) => `${visible(copy.volume)} (${instant(copy.read_back_at)})`).join(", ")}`
          : "No copy counts yet",
      ),
      ...counting.map(cardRelease),
    ),
    ...card.cards.map(coveredLine),
    header.acts.length > 0 &&
      h("section", { class: "answered" }, h("h2", {}, "Answered for"), cardHistory(header.acts)),
  );
}

function coveredLine(card: Card): HTMLElement | false {
  if (card.covered_by === null) return false;
  return h("p", { class: "quiet covered-line" }, coveredWords(card));
}

function table(rows: HTMLElement[]): HTMLElement {
  return h(
    "div",
    { class: "report-table", tabindex: "0", role: "region", "aria-label": "Clips" },
    h(
      "table",
      {},
      h("colgroup", {}, ...COLUMNS.map((name) => h("col", { class: name }))),
      h("thead", {}, h("tr", {}, ...HEADS.map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, ...rows),
    ),
  );
}

function rowNode(studio: Studio, place: RollPlace, row: ReportRow): HTMLElement {
  const state = lookOf(row.state);
  const take = [row.scene, row.take].map((each) => each ?? DASH).join(" / ");
  return h(
    "tr",
    {},
    h(
      "td",
      { class: "thumb" },
      row.poster ? poster(studio, place, row.poster) : h("span", { class: "none" }),
    ),
    h(
      "th",
      { scope: "row" },
      h("bdi", {}, visible(row.clip)),
      h("span", { class: "chip", "data-tone": state.tone }, icon(state.shape), state.word),
    ),
    h("td", {}, visible(row.circle ? `${take} ◯` : take)),
    pairs(
      [["In", row.tc_in]],
      [["Out", row.tc_out]],
      [["Dur", row.duration && `${row.duration} s · ${row.frames} fr`]],
    ),
    pairs(
      [["FPS", row.fps]],
      [
        ["Shutter", row.shutter],
        ["EI", row.ei],
        ["WB", row.wb],
      ],
      [["Lens", row.lens]],
    ),
    pairs([["", row.codec]], [["", row.resolution]], [["Picture", row.picture]]),
    pairs([["", bytes(row.size_bytes)]], [["", row.digest]], [["Copies", row.copies]]),
    h("td", { class: "notes" }, visible(row.notes ?? "")),
  );
}

function poster(studio: Studio, place: RollPlace, path: string): HTMLElement {
  const cut = path.lastIndexOf("/") + 1;
  const media = { prefix: path.slice(0, cut), names: [path.slice(cut)] };
  return picture(studio.grants, place.production, media, path.slice(cut));
}

/** Lines of a cell, each with what it tells and its name. What nobody said is a dash. */
function pairs(...lines: [name: string, value: string | null][][]): HTMLElement {
  return h(
    "td",
    {},
    ...lines.map((told) =>
      h(
        "div",
        {},
        ...told.flatMap(([name, value]) => [
          name !== "" && h("small", {}, name),
          h("bdi", { class: value === null ? "unsaid" : "" }, visible(value ?? DASH)),
        ]),
      ),
    ),
  );
}
