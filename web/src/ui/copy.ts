import { h, setText } from "./dom";
import { icon } from "./icons";

/** A button that copies a text. Where the browser refuses, `shown` is selected, and the keyboard copies it. */
export function copyButton(what: string, text: string, shown: HTMLElement): HTMLElement {
  const said = h("span", { class: "said", role: "status" });
  const button = h(
    "button",
    {
      type: "button",
      class: "copy",
      title: `Copy ${what}`,
      "aria-label": `Copy ${what}`,
      onclick: () => void copy(),
    },
    icon("copy"),
  );
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setText(said, "copied");
    } catch {
      getSelection()?.selectAllChildren(shown); // no permission, or a page without TLS
      setText(said, "selected: copy it with the keyboard");
    }
    setTimeout(() => setText(said, ""), 3000);
  }
  return h("span", { class: "copying" }, button, said);
}
