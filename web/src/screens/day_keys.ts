import { h } from "../ui/dom";

/** What fingers find on a day, and what is only for who may say something. */
export const KEYS: [keys: string, does: string, says: boolean][] = [
  ["↑ ↓", "from take to take", false],
  ["Enter", "open the take", false],
  ["C", "circle it, or take its circle away", true],
  ["E", "edit it in place", true],
  ["N", "add a note", true],
  ["Z", "take back what you said last", true],
  ["F", "look for takes", false],
  ["Esc", "leave what you are in", false],
  ["/", "find in the production", false],
  ["?", "these keys", false],
];

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
