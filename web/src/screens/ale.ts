import type { RollPlace } from "../place";
import { h, setText } from "../ui/dom";
import { save } from "../ui/download";
import { icon } from "../ui/icons";
import { toldOf } from "../ui/notice";
import type { Studio } from "./screen";

/** A button that saves the roll as an Avid log. */
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
      for (const { name, text } of await studio.api.ales(place)) {
        save(name, text, "text/plain;charset=utf-8");
      }
    } catch (error) {
      const { sentence, nextStep } = toldOf(error);
      setText(said, `${sentence} ${nextStep}`);
    } finally {
      button.disabled = false;
    }
  }
  return h("span", { class: "saving" }, button, said);
}
