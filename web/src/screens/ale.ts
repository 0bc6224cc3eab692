import type { RollPlace } from "../place";
import { h, setText } from "../ui/dom";
import { download, save } from "../ui/download";
import { icon } from "../ui/icons";
import { toldOf } from "../ui/notice";
import type { Studio } from "./screen";

const TYPE = "text/plain;charset=utf-8";

/** A button that saves the roll as an Avid log. Where its clips have several rates, it offers a log for each. */
export function aleButton(studio: Studio, place: RollPlace): HTMLElement {
  const said = h("span", { class: "quiet", role: "status" });
  const button = h(
    "button",
    {
      type: "button",
      class: "button",
      title: "The roll as an Avid log, for the editor's bin",
      onclick: () => void fetchIt(),
    },
    icon("down"),
    "ALE",
  );
  async function fetchIt(): Promise<void> {
    button.disabled = true;
    setText(said, "");
    try {
      const files = await studio.api.ales(place);
      const [only] = files;
      if (only && files.length === 1) save(only.name, only.text, TYPE);
      else {
        // A browser asks before it saves several files at once, and some save the first alone.
        button.replaceWith(...files.map(({ name, text }) => download(name, text, TYPE)));
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
