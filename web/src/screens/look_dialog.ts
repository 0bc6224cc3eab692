import { CallFailed } from "../account/errors";
import type { Clip, NewLook, ProductionLooks } from "../contracts";
import { LookFault } from "../film/cdl";
import { partWords, type Reach, reachWords, type Standing, sameReach, standing } from "../film/looks";
import type { RollPlace } from "../place";
import { fill, h, setText } from "../ui/dom";
import { visible } from "../ui/names";
import { cdlFields } from "./cdl_fields";
import { type GivenFile, lookFile } from "./look_file";
import { lookList } from "./look_list";
import { clipReach, reachChoice } from "./reach_choice";

interface Asked {
  place: RollPlace;
  clip: Clip;
  told: ProductionLooks;
  set(look: NewLook): Promise<unknown>;
  /** The screen ends: so does the dialog. */
  signal: AbortSignal;
}

/** Lets a person set a look or take one back. Resolves with what it reaches, or null when they left it as it is. */
export function askLook({ place, clip, told, set, signal }: Asked): Promise<Reach | null> {
  const looks = standing(told.looks);
  const there = h("p", { class: "quiet", role: "status" });
  const trouble = h("p", { class: "door-trouble", role: "alert" });
  const name = h("input", { type: "text", maxlength: "200", autocomplete: "off" });
  const cdl = cdlFields();
  const lut = h("p", { class: "lut" });
  const sets = h("button", { type: "submit", class: "button primary" }, "Set look");
  const leave = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel");
  let cube: GivenFile | null = null;
  let suggested = "";
  let done: Reach | null = null;

  const reach = reachChoice(place, clip, () => queueMicrotask(tellThere));
  function tellThere(): void {
    const stands = looks.find((look) => sameReach(look, reach.now()));
    const words = stands ? `There now: ${partWords(stands).join(", ")}. Only what you give is replaced.` : "";
    setText(there, visible(words));
  }

  function given(file: GivenFile): void {
    setText(trouble, "");
    if (file.cdl) cdl.show(file.cdl, true);
    if (file.cube) showLut(file);
    if (name.value === suggested) name.value = file.name;
    suggested = file.name;
  }

  function showLut(file: GivenFile | null): void {
    cube = file;
    const away = () => {
      showLut(null);
      name.focus();
    };
    const without = h("button", { type: "button", class: "button small", onclick: away }, "Without");
    if (file) fill(lut, h("bdi", {}, visible(`LUT: ${file.name} · ${file.remark}`)), without);
    else fill(lut, "LUT: none");
  }

  async function ask(look: NewLook): Promise<void> {
    await set(look);
    done = look;
    dialog.close();
  }

  const dialog = h("dialog", { class: "deed look-dialog", "aria-labelledby": "look-title" });
  const space = told.recipe.color.grading_space;
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h("h2", { id: "look-title" }, "Set a look"),
    reach.node,
    lookFile(dialog, given, (sentence) => setText(trouble, sentence)),
    cdl.node,
    lut,
    h("p", { class: "quiet" }, space ? visible(`CDL and LUT act in ${space}.`) : UNDECLARED),
    h("label", { class: "field" }, h("span", {}, "Name of the look"), name),
    there,
    trouble,
    h("div", { class: "choices" }, leave, sets),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    setText(trouble, "");
    try {
      const wanted = { ...reach.read(), cdl: cdl.read(), cube: cube?.cube ?? null };
      if (!wanted.cdl && !wanted.cube) throw new LookFault("Give it a CDL, a LUT, or both.");
      const called = name.value.replace(/\s+/g, " ").trim();
      if (!called) {
        name.focus();
        throw new LookFault("Give the look a name: others will read it.");
      }
      sets.disabled = true;
      await ask({ ...wanted, name: called });
    } catch (error) {
      setText(trouble, sentenceOf(error));
    } finally {
      sets.disabled = false;
    }
  };

  const takeBack = ({ level, target, roll, cdl, lut }: Standing) =>
    ask({ level, target, roll, name: (cdl ?? lut)?.name ?? "", cdl: null, cube: null });
  dialog.append(
    form,
    h(
      "section",
      { class: "looks-set" },
      h("h2", {}, "Looks that are set"),
      lookList(looks, clipReach(place, clip), takeBack),
    ),
  );
  // What is typed here is no shortcut of the screen behind.
  dialog.onkeydown = (event) => event.stopPropagation();
  showLut(null);
  // To begin with, but not to be set unasked: what a clip has from its day is not meant for the show.
  if (clip.look?.cdl) cdl.show(clip.look.cdl, false);

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
    tellThere();
  });
}

const UNDECLARED = "This production declares no grading space: CDL and LUT act on the recorded values.";

function sentenceOf(error: unknown): string {
  if (error instanceof LookFault) return error.message;
  if (error instanceof CallFailed) return `${error.sentence} ${error.nextStep}`;
  return "This was not set. Sign in again, and try once more.";
}

/** What follows from setting a look. */
export function makingWords(reach: Reach): string {
  return visible(`New proxies are being made for ${reachWords(reach)}. Pictures change by themselves.`);
}
