import type { Conflict, Flag, Said, Saying, ShootingDay, Value } from "../contracts";
import { settling } from "../film/corrections";
import { text } from "../film/takes";
import { h } from "../ui/dom";
import { visible } from "../ui/names";
import { citeWords, fieldWords } from "./day_words";

/** As the API takes it. */
const MOST_CHARACTERS = 200;

/** Who says what, side by side. Choosing one is a person's word, and so is typing another. */
export function conflictChoices(
  day: ShootingDay,
  conflict: Conflict,
  say: (said: Said, words: string) => void,
): HTMLElement {
  const { field, held, others } = conflict;
  const choices = [held, ...others].map((saying) => choice(day, conflict, saying, saying === held, say));
  // Where the timecode lies elsewhere, the clip may be of another take.
  const typed = field === "starts" ? { ...conflict, field: "take" } : conflict;
  return h(
    "div",
    { class: "conflict" },
    h("div", { class: "conflict-choices" }, ...choices),
    typeof held.value === "string" && day.may_say && another(day, typed, say),
  );
}

function choice(
  day: ShootingDay,
  conflict: Conflict,
  saying: Saying,
  holds: boolean,
  say: (said: Said, words: string) => void,
): HTMLElement {
  const words = visible(choiceWords(conflict, saying));
  const said = settling(day, conflict, saying.value);
  return h(
    "div",
    { class: "conflict-choice", "data-holds": String(holds) },
    h("p", { class: "value" }, h("bdi", {}, words), holds && h("small", {}, "holds now")),
    h("ul", {}, ...saying.by.map((cite) => h("li", {}, h("bdi", {}, visible(citeWords(cite)))))),
    day.may_say &&
      said &&
      (holds || conflict.field !== "starts") &&
      h(
        "button",
        {
          type: "button",
          class: "button small",
          "aria-label": `${words} is right`,
          onclick: () => say(said, doneWords(conflict, saying.value)),
        },
        "This is right",
      ),
  );
}

function choiceWords({ field }: Conflict, saying: Saying): string {
  if (typeof saying.value !== "boolean") return text(saying);
  const words = field === ("CIRCLED" satisfies Flag) ? "circled" : fieldWords(field);
  return saying.value ? words : `not ${words}`;
}

/** What was settled, as somebody is told that it was: "lens 50", "12A take 3". */
function doneWords(conflict: Conflict, value: Value): string {
  const words = choiceWords(conflict, { value, by: [] });
  const itself = typeof value === "boolean" || (conflict.field === "take" && conflict.take === null);
  return itself ? words : `${fieldWords(conflict.field)} ${words}`;
}

function another(
  day: ShootingDay,
  conflict: Conflict,
  say: (said: Said, words: string) => void,
): HTMLElement {
  const whole = conflict.field === "take" && conflict.take === null;
  const name = `Another ${fieldWords(conflict.field)}`;
  const input = h("input", {
    type: "text",
    name: "another",
    required: true,
    maxlength: String(MOST_CHARACTERS),
    autocomplete: "off",
    spellcheck: "false",
    placeholder: whole ? "12A take 3" : "",
    "aria-label": name,
  });
  const form = h(
    "form",
    { class: "mend-form" },
    h("label", {}, h("span", {}, name), input),
    h("button", { type: "submit", class: "button small" }, "Say so"),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    const value = input.value.trim();
    const said = value ? settling(day, conflict, value) : null;
    input.setCustomValidity(said ? "" : whole ? "Write it as 12A take 3." : "Write it as 23.976 or 48.");
    if (said) say(said, doneWords(conflict, value));
    else input.reportValidity();
  };
  input.oninput = () => input.setCustomValidity("");
  return form;
}
