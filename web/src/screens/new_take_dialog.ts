import { h } from "../ui/dom";
import { visible } from "../ui/names";

/** Asks whether a take that nobody mentions was shot all the same. Resolves false when they left it. */
export function askNew(sentence: string, signal: AbortSignal): Promise<boolean> {
  const leave = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
  const sure = h("button", { type: "submit", class: "button primary" }, "It was shot: say it is new");
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "new-title" }, "A new take?"),
    h("p", {}, visible(sentence)),
    h("div", { class: "choices" }, leave, sure),
  );
  const dialog = h("dialog", { class: "deed", "aria-labelledby": "new-title" }, form);
  let isNew = false;
  form.onsubmit = () => {
    isNew = true;
  };
  // What is typed here is no shortcut of the screen behind.
  dialog.onkeydown = (event) => event.stopPropagation();
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const end = () => dialog.close();
    signal.addEventListener("abort", end);
    dialog.onclose = () => {
      signal.removeEventListener("abort", end);
      dialog.remove();
      resolve(isNew);
    };
    document.body.append(dialog);
    dialog.showModal();
    leave.focus();
  });
}
