import type { Take } from "../contracts";
import { h } from "../ui/dom";
import { onKey } from "../ui/keys";
import type { TakeList } from "./day_takes";

/** What fingers find on a day, and what is only for who may say something. */
export const KEYS: [keys: string, does: string, says: boolean][] = [
  ["↑ ↓", "from take to take", false],
  ["Enter", "open the take", false],
  ["C", "circle it, or take its circle away", true],
  ["E", "edit it in place", true],
  ["N", "add a note", true],
  ["P", "bring in a paper", true],
  ["Z", "take back what you said last", true],
  ["F", "look for takes", false],
  ["Esc", "leave what you are in", false],
  ["/", "find in the production", false],
  ["?", "these keys", false],
];

interface KeyActs {
  takes: TakeList;
  field: HTMLInputElement;
  maySay(): boolean;
  circle(take: Take): void;
  undo(): void;
  bringIn(): void;
  leave(): void;
  help(): void;
}

/** The day's keys, wherever the focus is, except where somebody types. */
export function dayKeys(acts: KeyActs, signal: AbortSignal): void {
  const { takes, field } = acts;
  const withTake = (act: (take: Take) => void) => () => {
    const take = acts.maySay() && !takes.node.hidden ? takes.current() : null;
    if (take) act(take);
  };
  const edit = (where: "first" | "note") => withTake((take) => takes.edit(take, where));
  onKey("c", withTake(acts.circle), signal);
  onKey("e", edit("first"), signal);
  onKey("n", edit("note"), signal);
  onKey("p", () => acts.maySay() && acts.bringIn(), signal);
  onKey("z", acts.undo, signal);
  onKey("f", () => field.select(), signal);
  onKey("?", acts.help, signal);
  onKey("escape", acts.leave, signal);
  document.addEventListener(
    "keydown",
    (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey || takes.node.hidden) return;
      if (document.querySelector("dialog[open]")) return;
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (typing && (event.target !== field || by < 0)) return;
      event.preventDefault();
      takes.move(by);
    },
    { signal },
  );
  field.onkeydown = (event) => {
    if (event.key === "Escape" && field.value === "") field.blur();
  };
}

/** The keys in a few words, below the takes. */
export function keyHints(maySay: boolean): HTMLElement {
  const useful = KEYS.filter(([, , says]) => maySay || !says);
  return h(
    "p",
    { class: "key-hints" },
    ...useful.map(([keys, does]) => h("span", {}, h("kbd", {}, keys), ` ${does}`)),
  );
}

/** The keys in full, over the page. */
export function showKeys(maySay: boolean, signal: AbortSignal): void {
  const useful = KEYS.filter(([, , says]) => maySay || !says);
  const leave = h("button", { type: "submit", class: "button primary" }, "Close");
  const dialog = h(
    "dialog",
    { class: "deed keys", "aria-labelledby": "keys-title" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "keys-title" }, "Keys"),
      h("dl", {}, ...useful.flatMap(([keys, does]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, does)])),
      h("div", { class: "choices" }, leave),
    ),
  );
  dialog.onclose = () => dialog.remove();
  signal.addEventListener("abort", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
