import type { Paper, PaperTakenBack } from "../contracts";
import { fill, h, setText } from "../ui/dom";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";
import { changesList, stillSaid } from "./day_changes";

interface Asked {
  paper: Paper;
  act: () => Promise<PaperTakenBack>;
  /** It is done: the day is another one. */
  done: (words: string) => void;
  /** The dialog is gone, and the button that opened it may be, too. */
  left: () => void;
  signal: AbortSignal;
}

/** Asks whether a paper is to count no more, and shows what that changed. */
export function askPaperBack({ paper, act, done, left, signal }: Asked): void {
  const name = visible(paper.name);
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const told = h("div", { class: "paper-back", role: "status" });
  const title = h("h2", { id: "back-title" }, "Take back ", h("bdi", {}, name), "?");
  const keep = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Keep");
  const sure = h("button", { type: "submit", class: "button primary" }, "Take back");
  const close = h(
    "button",
    { type: "button", class: "button primary", hidden: true, onclick: () => dialog.close() },
    "Close",
  );
  fill(
    told,
    h("p", {}, "Nothing that it says of this day counts then, unless others say so, too."),
    h("p", { class: "quiet" }, "It stays on record that it was there, and you can bring it in again."),
  );
  const form = h(
    "form",
    { method: "dialog" },
    title,
    told,
    trouble,
    h("div", { class: "choices" }, keep, sure, close),
  );
  const dialog = h("dialog", { class: "deed paper-dialog small", "aria-labelledby": "back-title" }, form);
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (sure.hidden || sure.disabled) return;
    sure.disabled = true;
    setText(trouble, "");
    try {
      const { changes, still_said } = await act();
      done(`Taken back: ${paper.name}.`);
      fill(title, h("bdi", {}, name), " counts no more");
      fill(told, changesList(changes), stillSaid(still_said));
      [keep.hidden, sure.hidden, close.hidden] = [true, true, false];
      close.focus({ preventScroll: true });
      dialog.scrollTop = 0;
    } catch (error) {
      const { sentence, nextStep } = toldOf(error);
      setText(trouble, `${sentence} ${nextStep}`);
      sure.disabled = false;
    }
  };
  dialog.onkeydown = (event) => event.stopPropagation();
  const end = () => dialog.close();
  signal.addEventListener("abort", end);
  dialog.onclose = () => {
    signal.removeEventListener("abort", end);
    dialog.remove();
    left();
  };
  document.body.append(dialog);
  dialog.showModal();
  keep.focus();
}
