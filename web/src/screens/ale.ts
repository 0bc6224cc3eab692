import type { RollPlace } from "../place";
import { icon } from "../ui/icons";
import { savingButton } from "./saving";
import type { Studio } from "./screen";

/** A button that saves the roll as an Avid log. Where its clips have several rates, it offers a log for each. */
export function aleButton(studio: Studio, place: RollPlace): HTMLElement {
  const title = "The roll as an Avid log, for the editor's bin";
  return savingButton(title, "text/plain;charset=utf-8", () => studio.api.ales(place), icon("down"), "ALE");
}
