import { formatWords } from "../film/editorial";
import type { RollPlace } from "../place";
import { copyButton } from "../ui/copy";
import { h } from "../ui/dom";
import { visible } from "../ui/names";
import { section } from "./fact_section";

/** The proxies for editing that a clip has, and the command that fetches those of its roll. Null where it has none. */
export function forEditing(place: RollPlace, names: readonly string[]): HTMLElement | null {
  if (names.length === 0) return null;
  const words = editorialCommand(place);
  const command = words.join(" ");
  const shown = h("code", {}, ...words.flatMap((word) => [h("span", {}, word), " "]));
  return section(
    "For editing",
    [],
    h("ul", { class: "formats" }, ...names.map((name) => h("li", {}, visible(formatWords(name))))),
    h("p", { class: "quiet" }, "With an ALE, an EDL, XML and OTIO they come to your disk by"),
    h("div", { class: "command" }, shown, copyButton("the command", command, shown)),
  );
}

/** What fetches a roll's proxies for editing, as it is typed into a shell, word by word. */
export function editorialCommand({ production, unit, day, roll }: RollPlace): string[] {
  const words = ["circletake", "editorial", roll, "--production", production, "--day", day];
  return [...words, ...(unit === "main" ? [] : ["--unit", unit]), "--to", roll].map(quoted);
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w.,:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
