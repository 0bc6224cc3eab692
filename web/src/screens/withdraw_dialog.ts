import type { Character } from "../contracts";
import { h, setText } from "../ui/dom";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";

/** Asks whether a consent is to be withdrawn, and says what follows. Resolves true when it was done. */
export function askWithdrawal(
  { name, person }: Character,
  act: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<boolean> {
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const keep = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Keep");
  const sure = h("button", { type: "submit", class: "button primary" }, "Withdraw and erase");
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "withdraw-title" }, `Withdraw ${visible(person)}'s consent?`),
    h("p", {}, `Nobody is looked for as ${visible(name)} from now on.`),
    h(
      "p",
      {},
      "The references, everything that tells this person from others, and every appearance in this production are erased. That cannot be undone. The footage itself stays.",
    ),
    h("p", { class: "quiet" }, "Your name and the time stay on record."),
    trouble,
    h("div", { class: "choices" }, keep, sure),
  );
  const dialog = h("dialog", { class: "deed", "aria-labelledby": "withdraw-title" }, form);
  let done = false;
  form.onsubmit = async (event) => {
    event.preventDefault();
    sure.disabled = true;
    setText(trouble, "");
    try {
      await act();
      done = true;
      dialog.close();
    } catch (error) {
      const { sentence, nextStep } = toldOf(error);
      setText(trouble, `${sentence} ${nextStep}`);
      sure.disabled = false;
    }
  };
  return new Promise((resolve) => {
    const end = () => dialog.close();
    signal.addEventListener("abort", end);
    dialog.onclose = () => {
      signal.removeEventListener("abort", end);
      dialog.remove();
      resolve(done);
    };
    document.body.append(dialog);
    dialog.showModal();
    keep.focus();
  });
}
