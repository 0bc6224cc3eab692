import { CallFailed } from "../account/errors";
import type { NewPaper, PaperRead, ShootingDay, Whose } from "../contracts";
import { PaperFault, pack, WHOSE, whoseByName } from "../film/papers";
import { bytes, count } from "../film/words";
import type { DayPlace } from "../place";
import { h, setText } from "../ui/dom";
import { dropZone } from "../ui/drop";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";
import { paperReading } from "./paper_reading";
import type { Studio } from "./screen";

interface Asked {
  studio: Studio;
  place: DayPlace;
  day: ShootingDay;
  /** What was chosen or dropped already. */
  file: File | null;
  signal: AbortSignal;
}

interface Chosen {
  name: string;
  body: string;
}

export const ACCEPT = ".csv,.tsv,.txt,.ale";

/** What became of a paper; `failed`: why it is not in, or that nobody knows. */
export interface PaperEnd {
  words: string;
  failed: boolean;
}

/** Lets a person look at a paper and bring it in. Resolves with what became of it, or null when they left it. */
export function askPaper({ studio, place, day, file, signal }: Asked): Promise<PaperEnd | null> {
  const dialog = h("dialog", { class: "deed paper-dialog", "aria-labelledby": "paper-title" });
  const called = h("p", { class: "paper-name", hidden: true });
  const state = h("p", { class: "quiet", role: "status" });
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const again = h(
    "button",
    { type: "button", class: "button small", hidden: true, onclick: () => void look() },
    "Try again",
  );
  const brings = h("button", { type: "submit", class: "button primary", disabled: true }, "Bring it in");
  const leave = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
  const kept = h("input", { type: "checkbox", name: "remember" });
  kept.checked = true;
  const keeping = h("span");
  const remember = h("label", { class: "remember", hidden: true }, kept, keeping);
  const reading = paperReading((heading, field) => {
    given = { ...given, [heading]: field };
    void look();
  });
  reading.node.hidden = true;
  const choices = WHOSE.map(([source, words, of]) => {
    const radio = h("input", { type: "radio", name: "source", value: source });
    radio.onchange = () => {
      reading.begin();
      void look();
    };
    return { source, radio, node: h("label", { class: "choice", title: of }, radio, h("span", {}, words)) };
  });
  const whose = h(
    "fieldset",
    { hidden: true },
    h("legend", {}, "Whose paper is it?"),
    h("div", { class: "choices-row" }, ...choices.map(({ node }) => node)),
  );
  const zone = dropZone(
    dialog,
    ACCEPT,
    "or drop it here: CSV, TSV or ALE, in any encoding",
    (file) => void take(file),
  );
  let latest: File | null = null;
  let paper: Chosen | null = null;
  let given: Record<string, string> = {};
  let round = new AbortController();
  let end: PaperEnd | null = null;
  let bringing = Promise.resolve();

  function sourceNow(): Whose | null {
    return choices.find(({ radio }) => radio.checked)?.source ?? null;
  }

  function tell(words: string, wrong = "", mayTry = false): void {
    setText(state, words);
    setText(trouble, wrong);
    again.hidden = !mayTry;
  }

  /** Another file. What was said of the headings of the last one holds no more. */
  async function take(file: File): Promise<void> {
    round.abort();
    latest = file;
    [paper, given] = [null, {}];
    brings.disabled = true;
    reading.node.hidden = true;
    reading.begin();
    whose.hidden = true;
    called.hidden = false;
    called.replaceChildren(
      h("bdi", {}, visible(file.name)),
      h("span", { class: "quiet" }, ` ${bytes(file.size)}`),
    );
    tell("Reading the file…");
    try {
      const body = await pack(file);
      if (latest !== file) return;
      paper = { name: file.name, body };
    } catch (error) {
      if (latest === file) tell("", error instanceof PaperFault ? error.message : sentenceOf(error));
      if (!(error instanceof PaperFault)) throw error;
      return;
    }
    const known = day.papers.find(({ name }) => name === file.name)?.source;
    const likely = known ?? whoseByName(file.name);
    for (const { source, radio } of choices) radio.checked = source === likely;
    whose.hidden = false;
    const now = choices.find(({ radio }) => radio.checked) ?? choices[0];
    now?.radio.focus();
    await look();
  }

  function asking(apply: boolean): NewPaper | null {
    const source = sourceNow();
    const said = Object.keys(given).length > 0;
    return (
      paper && source && { ...paper, source, columns: given, apply, remember: apply && said && kept.checked }
    );
  }

  /** Has the studio read it, without writing anything. */
  async function look(): Promise<void> {
    round.abort();
    const mine = new AbortController();
    round = mine;
    brings.disabled = true;
    const asked = asking(false);
    remember.hidden = Object.keys(given).length === 0;
    const words = WHOSE.find(([source]) => source === asked?.source)?.[1].toLowerCase() ?? "";
    setText(
      keeping,
      visible(`Keep what I said of its headings for all ${words} papers of ${place.production}`),
    );
    if (!asked) return tell(paper ? "Say whose it is: it decides who is believed where papers differ." : "");
    tell("Looking at what it says…");
    try {
      const told = await studio.api.bringIn(place, asked, AbortSignal.any([signal, mine.signal]));
      if (mine.signal.aborted) return;
      show(told);
    } catch (error) {
      if (mine.signal.aborted || signal.aborted) return;
      const cells = cellsOf(error);
      if (cells) reading.ask(cells, given);
      reading.node.hidden = !cells;
      tell("", sentenceOf(error), mayTryAgain(error));
    }
  }

  function show(told: PaperRead): void {
    reading.show(told);
    reading.node.hidden = false;
    brings.disabled = false;
    tell("Nothing is written yet.");
  }

  async function bringIn(): Promise<void> {
    const asked = asking(true);
    if (!asked || brings.disabled) return;
    brings.disabled = true;
    hold(true);
    tell("Bringing it in…");
    try {
      const told = await studio.api.bringIn(place, asked, signal);
      const replaced = told.replaced ? ", in place of what it said before" : "";
      end = { words: `${asked.name} is in: ${count(told.rows, "row")}${replaced}.`, failed: false };
      dialog.close();
    } catch (error) {
      if (signal.aborted) return;
      if (!dialog.open) {
        end = { words: `${asked.name}: ${applyTrouble(error)}`, failed: true };
        return;
      }
      brings.disabled = false;
      hold(false);
      tell("", applyTrouble(error));
    }
  }

  /** While it is brought in, nobody leaves without knowing whether it is. */
  function hold(on: boolean): void {
    leave.disabled = on;
    for (const each of [zone, whose, reading.node, remember]) each.inert = on;
    dialog.oncancel = on ? (event) => event.preventDefault() : null;
  }

  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h("h2", { id: "paper-title" }, "Bring in a paper"),
    zone,
    called,
    whose,
    reading.node,
    remember,
    h("div", { class: "paper-state" }, state, trouble, again),
    h("div", { class: "choices" }, leave, brings),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    bringing = bringIn();
  };
  dialog.append(form);
  // What is typed here is no shortcut of the screen behind.
  dialog.onkeydown = (event) => event.stopPropagation();

  return new Promise((resolve) => {
    const leaving = () => dialog.close();
    signal.addEventListener("abort", leaving);
    dialog.onclose = () => {
      latest = null;
      round.abort();
      signal.removeEventListener("abort", leaving);
      dialog.remove();
      // A browser closes a dialog for who presses Escape twice.
      void bringing.then(() => resolve(end));
    };
    document.body.append(dialog);
    dialog.showModal();
    if (file) void take(file);
    else zone.querySelector("input")?.focus();
  });
}

/** What stands under the headings of a paper that could not be read, where the studio says so. */
function cellsOf(error: unknown): Record<string, string[]> | null {
  const cells = error instanceof CallFailed ? error.told.cells : null;
  return cells && Object.keys(cells).length > 0 ? (cells as Record<string, string[]>) : null;
}

/** Whether the same may be answered otherwise in a moment. */
function mayTryAgain(error: unknown): boolean {
  const { status } = toldOf(error);
  return error instanceof CallFailed && (status === 0 || status >= 500);
}

const OFFLINE = "Circletake cannot be reached.";

function sentenceOf(error: unknown): string {
  const { status, sentence, nextStep } = toldOf(error);
  const offline = error instanceof CallFailed && status === 0;
  return offline
    ? `${OFFLINE} Check your connection, and try again: nothing was written.`
    : `${sentence} ${nextStep}`;
}

/** Without an answer nobody knows whether it arrived. */
function applyTrouble(error: unknown): string {
  const { status, sentence, nextStep } = toldOf(error);
  if (!(error instanceof CallFailed)) return `${sentence} ${nextStep}`;
  if (status > 0 && status < 500) return `${sentence} ${nextStep}`;
  const what = status === 0 ? OFFLINE : sentence;
  return `${what} Nobody knows whether the paper is in. Bring it in again: the same one twice counts once.`;
}
