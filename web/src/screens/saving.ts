import type { TextFile } from "../contracts";
import { type Child, h, setText } from "../ui/dom";
import { download, save } from "../ui/download";
import { toldOf } from "../ui/notice";

/** A button that has the studio write files and saves them. Where there are several, it offers each of them. */
export function savingButton(
  title: string,
  type: string,
  write: () => Promise<TextFile[]>,
  ...words: Child[]
): HTMLElement {
  const said = h("span", { class: "quiet", role: "status" });
  const button = h(
    "button",
    { type: "button", class: "button", title, onclick: () => void fetchIt() },
    ...words,
  );
  async function fetchIt(): Promise<void> {
    button.disabled = true;
    setText(said, "");
    try {
      const files = await write();
      const [only] = files;
      if (only && files.length === 1) save(only.name, only.text, type);
      else {
        // A browser asks before it saves several files at once, and some save the first alone.
        button.replaceWith(...files.map(({ name, text }) => download(name, text, type)));
        node.querySelector("a")?.focus();
      }
    } catch (error) {
      const { sentence, nextStep } = toldOf(error);
      setText(said, `${sentence} ${nextStep}`);
    } finally {
      button.disabled = false;
    }
  }
  const node = h("span", { class: "saving" }, button, said);
  return node;
}
