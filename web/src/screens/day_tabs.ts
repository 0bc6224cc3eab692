import type { ShootingDay } from "../contracts";
import { worklistsOf } from "../film/takes";
import { h, keyed, type Piece, setText } from "../ui/dom";

export interface TabsShown {
  day: ShootingDay;
  chosen: string | null;
}

interface Tab {
  list: string | null;
  words: string;
  number: number;
}

/** The day's takes, and its worklists, each with how much is in it. */
export function dayTabs(choose: (list: string | null) => void): Piece<TabsShown> {
  const node = h("div", { class: "day-tabs", role: "tablist", "aria-label": "Takes and worklists" });
  let chosen: string | null = null;
  const show = keyed<Tab>(
    node,
    ({ list }) => list ?? "",
    () => {
      const words = h("span");
      const number = h("b");
      const tab = h(
        "button",
        { type: "button", role: "tab", class: "day-tab", "aria-controls": "day-panel" },
        words,
        " ",
        number,
      );
      return {
        node: tab,
        show(item) {
          tab.onclick = () => choose(item.list);
          tab.dataset.list = item.list ?? "";
          tab.dataset.tone = item.list === null || item.number === 0 ? "quiet" : "care";
          tab.setAttribute("aria-selected", String(item.list === chosen));
          tab.tabIndex = item.list === chosen ? 0 : -1;
          setText(words, item.words);
          setText(number, String(item.number));
        },
      };
    },
  );
  node.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const tabs = [...node.querySelectorAll<HTMLElement>("[role=tab]")];
    const next = tabs[tabs.indexOf(document.activeElement as HTMLElement) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  };
  return {
    node,
    show({ day, chosen: list }) {
      chosen = list;
      const lists = worklistsOf(day).map(({ list, words, waiting }) => ({
        list,
        words,
        number: waiting.length,
      }));
      show([{ list: null, words: "Takes", number: day.takes.length }, ...lists]);
    },
  };
}
