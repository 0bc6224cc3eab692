import type { Clip, LookLevel } from "../contracts";
import { LookFault } from "../film/cdl";
import { LEVELS, type Reach } from "../film/looks";
import type { RollPlace } from "../place";
import { h, setText } from "../ui/dom";
import { visible } from "../ui/names";

/** How far a look is to reach: five choices, and the name of a setup or scene where it is one of these. */
export interface ReachChoice {
  readonly node: HTMLElement;
  /** What is chosen; its target is empty while a setup or scene has no name yet. */
  now(): Reach;
  /** The same, to be set. Throws `LookFault` where a name is wanted and none is given. */
  read(): Reach;
}

/** What a look can be set for, seen from a clip: the words on the button, and what it is to the studio. */
const WORDS: Record<LookLevel, string> = {
  CLIP: "This clip",
  SETUP: "Setup",
  SCENE: "Scene",
  DAY: "Day",
  SHOW: "Show",
};

/** A look's reach that is one clip. */
export function clipReach({ production, unit, day, roll }: RollPlace, { name }: Clip): Reach {
  return { level: "CLIP", target: name, roll: { production, unit, day, roll } };
}

export function reachChoice(place: RollPlace, clip: Clip, changed: () => void): ReachChoice {
  const hint = h("p", { class: "quiet", id: "reach-hint" });
  const named = h("input", { type: "text", maxlength: "200", autocomplete: "off", oninput: changed });
  const label = h("span");
  const field = h("label", { class: "field", hidden: true }, label, named);
  const buttons = LEVELS.map((level) => {
    const radio = h("input", {
      type: "radio",
      name: "level",
      value: level,
      checked: level === "CLIP",
      "aria-describedby": "reach-hint",
      onchange: () => choose(level),
    });
    return h("label", { class: "choice" }, radio, h("span", {}, WORDS[level]));
  });
  let level: LookLevel = "CLIP";
  const fixed: Partial<Record<LookLevel, string>> = { CLIP: clip.name, DAY: place.day, SHOW: "" };

  function choose(now: LookLevel): void {
    level = now;
    field.hidden = level in fixed;
    setText(label, `Which ${WORDS[level].toLowerCase()}`);
    setText(hint, visible(hints[level]));
    changed();
  }
  const hints: Record<LookLevel, string> = {
    CLIP: clip.name,
    SETUP: "By its name in the editor's log, such as 42A. It reaches clips whose log has been read.",
    SCENE: "By its name in the editor's log, such as 42. It reaches clips whose log has been read.",
    DAY: place.day,
    SHOW: `Every clip of ${place.production} for which nothing nearer is set.`,
  };

  function now(): Reach {
    return level === "CLIP"
      ? clipReach(place, clip)
      : { level, target: fixed[level] ?? named.value.trim(), roll: null };
  }

  choose("CLIP");
  return {
    node: h(
      "fieldset",
      { class: "reach" },
      h("legend", {}, "For"),
      h("div", { class: "choices-row" }, ...buttons),
      field,
      hint,
    ),
    now,
    read() {
      const reach = now();
      if (!reach.target && level !== "SHOW") {
        named.focus();
        throw new LookFault(`Say which ${WORDS[level].toLowerCase()} it is for.`);
      }
      return reach;
    },
  };
}
