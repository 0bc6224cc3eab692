import type { SpeechAnswer, SpokenWord } from "../contracts";
import { sure } from "../film/analyses";
import { frameOf, lastBegun, linesOf } from "../film/speech";
import { count } from "../film/words";
import type { Deck } from "../player/deck";
import { h } from "../ui/dom";
import { visible } from "../ui/names";

/** A word that is less sure than this is dotted. */
const UNSURE = 0.5;
/** Lines from which on only those in view are laid out. */
const LONG = 300;

/** What is said, line by line. It follows the playhead, and each word leads to its own frame. */
export function transcript(told: SpeechAnswer, deck: Deck): HTMLElement[] {
  const { words, spoken } = told;
  if (words.length === 0) {
    const sentence = spoken.length > 0 ? "Somebody speaks; no word of it was understood." : "Nobody speaks.";
    return [h("p", { class: "quiet" }, sentence), ...called(told, deck)];
  }
  const starts = words.map(({ start_s }) => frameOf(start_s, deck.rate));
  const ends = words.map(({ end_s }) => frameOf(end_s, deck.rate));
  let next = 0;
  const pieces: HTMLElement[] = [];
  const word = (spokenWord: SpokenWord) => {
    const frame = starts[next++] ?? 0;
    const { probability, text } = spokenWord;
    const piece = h(
      "button",
      {
        type: "button",
        tabindex: "-1", // a line is reached by Tab; a thousand words would be in the way
        class: probability < UNSURE ? "word unsure" : "word",
        title: `${deck.label(frame)} · ${sure(probability)} sure`,
        onclick: () => deck.seek(frame),
      },
      visible(text),
    );
    pieces.push(piece);
    return piece;
  };
  const lines = linesOf(words).map((line) => {
    const frame = starts[next] ?? 0;
    return h(
      "li",
      {},
      h("button", { type: "button", class: "when", onclick: () => deck.seek(frame) }, deck.label(frame)),
      h("p", { dir: "auto" }, ...line.flatMap((each) => [word(each), " "])),
    );
  });
  const box = h(
    "ol",
    {
      class: lines.length > LONG ? "transcript long" : "transcript",
      tabindex: "0",
      "aria-label": "Transcript",
    },
    ...inTime(lines, told, deck),
  );
  follow(box, pieces, starts, ends, deck);
  const unsure = words.some(({ probability }) => probability < UNSURE);
  return [
    h(
      "p",
      { class: "quiet about-speech" },
      [languageWords(told), count(words.length, "word"), unsure && "dotted where the model is unsure"]
        .filter(Boolean)
        .join(" · "),
    ),
    box,
  ];
}

/** The word that is heard stands out, and its line stays in view, without moving the page. */
function follow(
  box: HTMLElement,
  words: readonly HTMLElement[],
  starts: readonly number[],
  ends: readonly number[],
  deck: Deck,
): void {
  let heard: HTMLElement | undefined;
  let line: Element | null | undefined;
  deck.follow((frame) => {
    const index = lastBegun(starts, frame);
    const now = words[index];
    const speaking = now && frame <= (ends[index] ?? 0) ? now : undefined;
    if (speaking !== heard) {
      heard?.classList.remove("now");
      speaking?.classList.add("now");
      heard = speaking;
    }
    const at = now?.closest("li");
    if (at === line) return;
    line?.classList.remove("now");
    at?.classList.add("now");
    line = at;
    if (at) box.scrollTop = at.offsetTop - (box.clientHeight - at.offsetHeight) / 2;
  });
}

/** "Action" and "cut" stand between the lines, where they were called. */
function inTime(lines: HTMLElement[], told: SpeechAnswer, deck: Deck): HTMLElement[] {
  const [action, cut] = [callOf("Action", told.action_s, deck), callOf("Cut", told.cut_s, deck)];
  return [action, ...lines, cut].filter((line) => line !== null);
}

function called(told: SpeechAnswer, deck: Deck): HTMLElement[] {
  const lines = inTime([], told, deck);
  return lines.length > 0 ? [h("ol", { class: "transcript" }, ...lines)] : [];
}

function callOf(what: "Action" | "Cut", at: number | undefined, deck: Deck): HTMLElement | null {
  if (at === undefined) return null;
  const frame = frameOf(at, deck.rate);
  const go = h(
    "button",
    { type: "button", class: "when", onclick: () => deck.seek(frame) },
    deck.label(frame),
  );
  return h(
    "li",
    { class: "called" },
    go,
    h("p", {}, h("i", { class: `lane-flag ${what === "Cut" ? "called-cut" : ""}` }), `“${what}” is called`),
  );
}

function languageWords({ language, language_probability }: SpeechAnswer): string | null {
  if (language === undefined) return null;
  const name = new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? language;
  return language_probability === undefined ? name : `${name}, ${sure(language_probability)} sure`;
}
