import type { Character } from "../contracts";
import { fill, h, setText } from "../ui/dom";
import { byName, visible } from "../ui/names";
import { toldOf } from "../ui/notice";

interface Asked {
  character: Character;
  /** Everybody of the production, as it is now: somebody may have been added to the same paper meanwhile. */
  everybody: () => Promise<readonly Character[]>;
  act: () => Promise<unknown>;
  signal: AbortSignal;
}

/** Asks whether a consent is to be withdrawn, and says who goes with it. Resolves true when it was done. */
export function askWithdrawal({ character, everybody, act, signal }: Asked): Promise<boolean> {
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const keep = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Keep");
  const sure = h("button", { type: "submit", class: "button primary", disabled: true }, "Withdraw and erase");
  const who = h("div", {}, h("p", {}, "Looking for who stands on the same paper…"));
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "withdraw-title" }, `Withdraw ${visible(character.person)}'s consent?`),
    who,
    h(
      "p",
      {},
      "The references, everything that tells these faces from others, and every appearance in this production are erased. That cannot be undone. The footage itself stays.",
    ),
    h("p", { class: "quiet" }, "Your name and the time stay on record."),
    trouble,
    h("div", { class: "choices" }, keep, sure),
  );
  const dialog = h("dialog", { class: "deed", "aria-labelledby": "withdraw-title" }, form);
  let done = false;
  const tell = (error: unknown) => {
    const { sentence, nextStep } = toldOf(error);
    setText(trouble, `${sentence} ${nextStep}`);
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    sure.disabled = true;
    setText(trouble, "");
    try {
      await act();
      done = true;
      dialog.close();
    } catch (error) {
      tell(error);
      sure.disabled = false;
    }
  };
  everybody().then(
    (characters) => {
      const going = standingWith(character, characters);
      fill(who, ...whoGoes(going));
      if (going.length > 1) setText(sure, `Withdraw and erase all ${going.length}`);
      sure.disabled = false;
    },
    (error: unknown) => {
      fill(who);
      if (!signal.aborted) tell(error);
    },
  );
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

/** What was signed is withdrawn, so whoever stands on the same document goes, too. */
function standingWith(character: Character, everybody: readonly Character[]): Character[] {
  const others = everybody.filter(
    (each) =>
      each.id !== character.id &&
      each.withdrawn_at === null &&
      each.document_sha256 === character.document_sha256,
  );
  return [character, ...others].sort((a, b) => byName(a.name, b.name));
}

function whoGoes(going: readonly Character[]): HTMLElement[] {
  const named = ({ name }: Character) => h("b", {}, h("bdi", {}, visible(name)));
  const played = ({ person }: Character) => h("bdi", {}, visible(person));
  if (going.length === 1)
    return [h("p", {}, "Nobody is looked for as ", ...going.map(named), " from now on.")];
  return [
    h("p", {}, `What was signed is withdrawn, and ${going.length} characters stand on it. All of them go:`),
    h(
      "ul",
      { class: "going" },
      ...going.map((each) => h("li", {}, named(each), ", played by ", played(each))),
    ),
  ];
}
