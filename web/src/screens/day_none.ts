import type { ShootingDay } from "../contracts";
import { copyButton } from "../ui/copy";
import { fill, h, type Piece } from "../ui/dom";
import { empty } from "../ui/notice";
import { importCommand } from "./day_words";

/** Why there are no takes to be seen, and what to do about it. `none`: the day has none at all. */
export function noTakes(username: () => string): Piece<{ day: ShootingDay; none: boolean }> {
  const node = h("div");
  let shown: boolean | null = null;
  return {
    node,
    show({ day, none }) {
      if (none === shown) return;
      shown = none;
      if (!none) {
        fill(node, empty("No take has all of these words", "Fewer words find more."));
        return;
      }
      const command = importCommand(day, username()).map(quoted);
      const words = h("code", {}, ...command.flatMap((word) => [h("span", {}, word), " "]));
      fill(
        node,
        empty(
          "No takes are known yet",
          "They follow from the papers: the script supervisor's, the sound report, the camera report.",
        ),
        h("div", { class: "command" }, words, copyButton("the command", command.join(" "), words)),
      );
    },
  };
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w.,:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
