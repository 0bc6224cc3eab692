import type { Card, Light, Reason } from "../contracts";
import { AXES, DEEDS, lightOf, mayAct } from "../film/lights";
import { compared, count, instant } from "../film/words";
import type { RollPlace } from "../place";
import { fill, h, type Piece } from "../ui/dom";
import { download } from "../ui/download";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";
import { axisKey, cardReasons } from "./card_reasons";
import { cardCopies, cardCounts, cardHistory, cardOrigin, cardRelease, coveredWords } from "./card_record";
import { askReason } from "./deed_dialog";
import { folds } from "./fold";
import type { Studio } from "./screen";

/** A card among the insertions of its roll, and the roles of who looks at it. */
export interface Shown {
  card: Card;
  of: number;
  roles: readonly string[];
}

/** May this card be formatted? One answer, and everything that stands behind it. `done` is told after each deed. */
export function cardPanel(studio: Studio, place: RollPlace, done: () => void): Piece<Shown> {
  const node = h("section", {
    class: "card-panel",
    "aria-label": "May this card be formatted?",
    tabindex: "-1",
  });
  const fold = folds();
  let shown = "";

  async function close(card: Card, reason: Reason): Promise<void> {
    const { closable } = reason;
    if (closable === null) return;
    const { asks } = DEEDS[closable];
    const means = [visible([reason.path, reason.sentence].filter(Boolean).join(": "))];
    means.push(
      closable === "SIGN_OFF"
        ? "You say that you have viewed this picture yourself, whole."
        : "You say that you know of this, and that nothing is lost by it.",
    );
    const { code, path, about } = reason;
    const act = (words: string) =>
      studio.api.act(place, { act: closable, offload: card.offload, reason: words, code, path, about });
    if (await askReason({ title: `${asks} this`, means, does: asks, act })) done();
  }

  async function release(card: Card): Promise<void> {
    const means = [
      `You say that card ${visible(place.roll)} of ${visible(place.day)} may go back to the camera.`,
      "Circletake formats nothing: that stays in your hands.",
    ];
    if (card.status !== "GREEN") means.unshift("What was signed off as it is stays on record.");
    const act = (reason: string) => studio.api.act(place, { act: "RELEASE", offload: card.offload, reason });
    if (await askReason({ title: `Release ${visible(place.roll)}`, means, does: "Release", act })) done();
  }

  return {
    node,
    show(now) {
      const text = JSON.stringify(now);
      if (text === shown) return;
      shown = text;
      const { card } = now;
      const look = lightOf(card.status);
      const counts = card.covered_by === null;
      const may = counts && mayAct(now.roles);
      const back = node.contains(document.activeElement); // what had the focus is about to be replaced
      node.dataset.tone = counts ? look.tone : "quiet";
      node.dataset.light = card.status;
      node.classList.toggle("covered", !counts);
      const details = [
        cardReasons(card, fold, may ? (reason) => void close(card, reason) : null),
        h("h3", {}, `Copies`),
        cardCopies(card.copies),
        h("h3", {}, "Files"),
        cardCounts(card),
        cardOrigin(card),
        card.acts.length > 0 && h("h3", {}, "What people did"),
        card.acts.length > 0 && cardHistory(card.acts),
      ].filter((each) => each !== false);
      const judged =
        card.judged_at !== null && h("span", { class: "quiet" }, `Judged ${instant(card.judged_at)}`);
      if (!counts) {
        const alone = h("p", { class: "quiet" }, `By itself: ${look.word.toLowerCase()} · ${summary(card)}`);
        const foot = h("footer", {}, manifestButton(studio, place, card), judged || "");
        fill(node, fold("covered", coveredWords(card), false, alone, ...details, foot));
        if (back) node.focus();
        return;
      }
      fill(
        node,
        now.of > 1 &&
          h("p", { class: "insertion" }, `Put in ${now.of} times · insertion ${visible(card.offload)}`),
        h(
          "header",
          {},
          h("span", { class: "seal" }, icon(look.shape)),
          h(
            "div",
            { class: "answer" },
            h("h2", {}, look.answer),
            h("p", {}, summary(card)),
            cardRelease(card),
          ),
          h("div", { class: "axes" }, ...AXES.map(({ axis, word }) => axisChip(word, card[axisKey(axis)]))),
        ),
        fold("all", "Reasons, copies and history", card.status !== "GREEN", ...details),
        h(
          "footer",
          {},
          may &&
            !card.released &&
            releasable(card) &&
            h(
              "button",
              {
                type: "button",
                class: `button${card.status === "GREEN" ? " primary" : ""}`,
                onclick: () => void release(card),
              },
              "Release…",
            ),
          manifestButton(studio, place, card),
          judged,
        ),
      );
      if (back) node.focus();
    },
  };
}

/** The server decides; nobody is offered what it will refuse. */
function releasable({ reasons }: Card): boolean {
  return reasons.every(({ code }) => code === "PICTURE_SIGNED_OFF");
}

function axisChip(word: string, light: Light): HTMLElement {
  const look = lightOf(light);
  return h(
    "span",
    { class: "axis-chip", "data-tone": look.tone },
    icon(look.shape),
    word,
    h("small", {}, light.toLowerCase()),
  );
}

/** The answer's ground, in one line. */
function summary({ files, copies, picture, reasons, more_reasons }: Card): string {
  const open = reasons.length + more_reasons;
  const counting = copies.filter((copy) => copy.counts).length;
  const words = [
    compared(files),
    counting === 1 ? "1 copy counts" : `${counting || "no"} copies count`,
    open > 0 && `${count(open, "reason")} open`,
    open === 0 && picture === "GREEN" && "every picture was checked",
  ];
  return words.filter(Boolean).join(" · ");
}

/** Fetches the manifest that Circletake writes of what it found, and offers its files. */
function manifestButton(studio: Studio, place: RollPlace, card: Card): HTMLElement {
  const here = h("span", { class: "downloads" });
  const said = h("span", { class: "quiet", role: "status" });
  const button = h(
    "button",
    { type: "button", class: "button", onclick: () => void fetchIt() },
    icon("down"),
    "New manifest",
  );
  async function fetchIt(): Promise<void> {
    button.disabled = true;
    try {
      const files = await studio.api.manifest(place, card.offload);
      // Each is named by its path on the card; a browser saves names.
      fill(
        here,
        ...files.map(({ name, text }) => download(name.split("/").at(-1) ?? "", text, "application/xml")),
      );
      here.querySelector("a")?.focus();
    } catch (error) {
      said.textContent = toldOf(error).sentence;
      button.disabled = false;
    }
  }
  fill(here, button, said);
  return here;
}
