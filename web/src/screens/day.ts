import type { Said, ShootingDay, Take } from "../contracts";
import { type Edited, editsOf, sayFlag } from "../film/corrections";
import { isOpen } from "../film/states";
import { isA, type Order, worklistsOf } from "../film/takes";
import { address, type Place } from "../place";
import { fill, h, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import type { Pace } from "../ui/watch";
import { desk } from "./day_desk";
import { dayHead } from "./day_head";
import { dayKeys, keyHints, showKeys } from "./day_keys";
import { noTakes } from "./day_none";
import { dayPapers } from "./day_papers";
import { dayTabs } from "./day_tabs";
import { takeList } from "./day_takes";
import { saidWords, takesWords } from "./day_words";
import { worklistPanel } from "./day_worklist";
import { askPaper } from "./paper_dialog";
import { askPaperBack } from "./paper_take_back";
import { live, type Studio } from "./screen";

const MOST_CHARACTERS = 200;

/**
 * A unit's shooting day: its scenes, setups and takes, what waits for a person, and what people say of it. `from` is
 * the take one comes back from.
 */
export function day(
  studio: Studio,
  place: Extract<Place, { at: "day" }>,
  from: string | null,
  signal: AbortSignal,
): HTMLElement {
  const key = address({ ...place, words: "", list: null });
  let back = from;
  let moved: string | null = null;
  const node = h("main", { class: "screen day-screen" });
  let { words, list } = place;
  let order: Order = "circled";
  let told: ShootingDay | null = null;
  let before = "";

  const said = desk(
    studio,
    place,
    () => render(),
    () => again(),
    signal,
  );
  const head = dayHead(studio, place);
  const tabs = dayTabs((chosen) => {
    list = chosen;
    stay();
    render();
  });
  const takes = takeList(studio, place, {
    circle,
    openConflicts(take) {
      list = "conflicts";
      stay();
      render();
      waiting.focusOn(take.id);
    },
    save: (take, was, now) => void save(take, was, now),
    takeBack: (correction) => void said.takeBack(correction, saidWords(correction.said)),
  });
  const waiting = worklistPanel(studio, place, (correcting) => void said.say(correcting));
  const field = h("input", {
    type: "search",
    name: "words",
    value: words,
    maxlength: String(MOST_CHARACTERS),
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Scene, take, camera, lens, note, clip",
    "aria-label": "Look for takes",
    "aria-keyshortcuts": "F",
  });
  const shown = h("p", { class: "quiet", role: "status" });
  const orders = h(
    "div",
    { class: "filters day-order", role: "group", "aria-label": "Order" },
    orderButton("circled", "Circled first"),
    orderButton("shot", "As shot"),
  );
  const keys = h(
    "button",
    { type: "button", class: "icon-button", title: "Keys (?)", "aria-label": "Keys", onclick: () => help() },
    h("kbd", { "aria-hidden": "true" }, "?"),
  );
  const bar = h(
    "div",
    { class: "day-bar" },
    h("div", { class: "find-field", role: "search" }, icon("find"), field),
    orders,
    keys,
  );
  const nothing = noTakes(() => studio.username);
  const papers = dayPapers(node, {
    bringIn: (file) => void bringIn(file),
    takeBack: (paper) => {
      const act = () => studio.api.takeBackPaper(place, paper.name);
      askPaperBack({ paper, act, done: said.told, left: () => papers.focus(), signal });
    },
  });
  const hints = h("div");
  const panel = h(
    "div",
    { id: "day-panel", role: "tabpanel" },
    bar,
    shown,
    nothing.node,
    takes.node,
    papers.node,
    hints,
    waiting.node,
  );

  function orderButton(which: Order, label: string): HTMLElement {
    return h(
      "button",
      {
        type: "button",
        class: "filter",
        "data-order": which,
        onclick: () => {
          order = which;
          render();
        },
      },
      label,
    );
  }

  function stay(): void {
    history.replaceState(null, "", address({ ...place, words: words.trim(), list }));
  }

  function render(): void {
    if (!told) return;
    const day = said.over(told);
    if (!node.contains(panel)) fill(node, head.node, tabs.node, panel, said.node);
    const chosen = worklistsOf(day).find((each) => each.list === list) ?? null;
    const blank = day.takes.length === 0 && day.worklist.length === 0;
    head.show(day);
    tabs.show({ day, chosen: chosen?.list ?? null });
    tabs.node.hidden = blank;
    panel.setAttribute("aria-label", chosen?.words ?? "Takes");
    waiting.node.hidden = chosen === null;
    if (chosen) waiting.show({ day, list: chosen });
    const none = day.takes.length === 0;
    bar.hidden = chosen !== null || none;
    for (const each of orders.querySelectorAll<HTMLElement>("button"))
      each.setAttribute("aria-pressed", String(each.dataset.order === order));
    takes.node.hidden = chosen !== null;
    if (!chosen) takes.show({ day, order, words, isSaying: said.isSaying });
    const found = takes.shown;
    shown.hidden = chosen !== null || none || words.trim() === "";
    setText(shown, `${found} of ${takesWords(day.takes)}`);
    nothing.node.hidden = chosen !== null || (!none && found > 0);
    nothing.show({ day, none });
    hints.hidden = chosen !== null || none;
    papers.show(day);
    papers.node.hidden = chosen !== null || (day.papers.length === 0 && !day.may_say);
    if (!hints.hidden && hints.dataset.says !== String(day.may_say)) fill(hints, keyHints(day.may_say));
    hints.dataset.says = String(day.may_say);
  }

  function circle(take: Take): void {
    if (!told?.may_say || said.isSaying(take.id)) return;
    const value = !isA(take, "CIRCLED");
    const done = `${take.called}: ${value ? "circled" : "circle taken away"}`;
    studio.announce(visible(done));
    void said.say({ said: sayFlag(told, take, "CIRCLED", value), take: take.id, settles: null, done });
  }

  async function bringIn(file: File | null): Promise<void> {
    if (!told) return;
    const end = await askPaper({ studio, place, day: told, file, signal });
    if (signal.aborted || end === null) return;
    if (end.failed) said.failed(end.words);
    else said.told(end.words);
    studio.announce(visible(end.words));
  }

  async function save(take: Take, was: Edited, now: Edited): Promise<void> {
    if (!told) return;
    const all = editsOf(told, take, was, now).map((edit) => {
      return { said: edit, take: take.id, settles: null, done: `${take.called}: ${editWords(edit)}` };
    });
    if (all.length === 0) return;
    // A take whose number was typed over is another one for the studio, and the focus goes with it.
    const moves = now.board !== was.board || now.take !== was.take;
    moved = moves ? `${now.board} take ${now.take}` : null;
    if ((await said.say(...all)) || signal.aborted) return;
    moved = null;
    takes.edit(take, "first", now);
  }

  function show(day: ShootingDay): Pace {
    told = day;
    studio.seenDays.set(key, day);
    said.confirmed();
    const now = JSON.stringify(day);
    const changed = now !== before;
    before = now;
    render();
    const follows = day.takes.find(({ called }) => called === moved)?.id;
    if (follows) moved = null;
    const take = follows ?? back;
    back = null;
    // A day that is already known is shown before it stands in the page.
    if (take) queueMicrotask(() => takes.focus(take));
    const moving = Object.values(day.clips).some(({ state }) => isOpen(state));
    return moving ? (changed ? "changed" : "open") : "settled";
  }

  /** From a worklist back to the takes. */
  function leave(): void {
    if (list === null) return;
    list = null;
    stay();
    render();
  }

  function help(): void {
    if (told) showKeys(told.may_say, signal);
  }

  dayKeys(
    {
      takes,
      field,
      circle,
      undo: said.undo,
      bringIn: () => void bringIn(null),
      help,
      leave,
      maySay: () => told?.may_say === true,
    },
    signal,
  );
  field.oninput = () => {
    words = field.value;
    stay();
    render();
  };

  const again = live(studio, node, signal, {
    what: "Folding the day",
    fetch: (signal) => studio.api.day(place, signal),
    show,
    known: studio.seenDays.get(key),
  });
  return node;
}

/** What of an edit is new, without what only tells which take is meant. */
function editWords({ setup, slate, take, clips, sounds, ...said }: Said): string {
  const number = clips && (setup || slate) ? `now ${setup ?? slate} take ${take}` : "";
  return [number, saidWords(said)].filter(Boolean).join(" · ");
}
