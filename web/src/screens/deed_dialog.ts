import { CallFailed } from "../account/errors";
import { h, setText } from "../ui/dom";

export interface Deed {
  /** "Release A001". */
  title: string;
  /** What it means, in a sentence or two. */
  means: string[];
  /** What the button says. */
  does: string;
  /** Does it, with the reason that was given. */
  act: (reason: string) => Promise<unknown>;
}

/** Asks a person for the reason of what they are about to do. Resolves true when it was done, false when they left. */
export function askReason(deed: Deed): Promise<boolean> {
  const reason = h("textarea", {
    name: "reason",
    rows: "3",
    maxlength: "500",
    required: true,
    "aria-describedby": "deed-for-good",
  });
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const does = h("button", { type: "submit", class: "button primary" }, deed.does);
  const leave = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h("h2", { id: "deed-title" }, deed.title),
    ...deed.means.map((sentence) => h("p", {}, sentence)),
    h("label", { class: "field" }, h("span", {}, "Why"), reason),
    h(
      "p",
      { id: "deed-for-good", class: "quiet" },
      "Your name, your role and this reason stay on record for good.",
    ),
    trouble,
    h("div", { class: "choices" }, leave, does),
  );
  const dialog = h("dialog", { class: "deed", "aria-labelledby": "deed-title" }, form);
  let done = false;

  form.onsubmit = async (event) => {
    event.preventDefault();
    const words = reason.value.replace(/\s+/g, " ").trim(); // a reason is one line
    if (!words) {
      setText(trouble, "Say why: nobody can ask you later.");
      reason.focus();
      return;
    }
    does.disabled = true;
    setText(trouble, "");
    try {
      await deed.act(words);
      done = true;
      dialog.close();
    } catch (error) {
      setText(trouble, sentenceOf(error));
    } finally {
      does.disabled = false;
    }
  };
  reason.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    event.stopPropagation(); // what is typed is no shortcut of the screen behind
  };

  return new Promise((resolve) => {
    dialog.onclose = () => {
      dialog.remove();
      resolve(done);
    };
    document.body.append(dialog);
    dialog.showModal();
    reason.focus();
  });
}

function sentenceOf(error: unknown): string {
  if (error instanceof CallFailed) return `${error.sentence} ${error.nextStep}`;
  return "This was not recorded. Sign in again, and try once more.";
}
