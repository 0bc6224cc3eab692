import { lookOf } from "../film/states";
import { h, keyed, type Piece, setText } from "../ui/dom";
import { icon } from "../ui/icons";

interface Group {
  /** Null is all of them. */
  group: string | null;
  clips: number;
  chosen: boolean;
}

interface Groups {
  only: string | null;
  groups: [group: string, clips: number][];
}

/** Buttons that leave only one group of clips on the wall. */
export function groupFilter(choose: (group: string | null) => void): Piece<Groups> {
  const node = h("div", { class: "filters", role: "group", "aria-label": "Show only" });
  const show = keyed<Group>(
    node,
    ({ group }) => group ?? "",
    () => button(choose),
  );
  return {
    node,
    show({ only, groups }) {
      node.hidden = groups.length < 2;
      const all = groups.reduce((sum, [, clips]) => sum + clips, 0);
      show([
        { group: null, clips: all, chosen: only === null },
        ...groups.map(([group, clips]) => ({ group, clips, chosen: only === group })),
      ]);
    },
  };
}

function button(choose: (group: string | null) => void): Piece<Group> {
  const words = h("span");
  const count = h("b");
  const node = h("button", { type: "button", class: "filter" }, words, count);
  return {
    node,
    show({ group, clips, chosen }) {
      if (!words.textContent) {
        const look = group === null ? null : lookOf(group);
        if (look) node.prepend(icon(look.shape));
        node.dataset.tone = look?.tone ?? "quiet";
        node.onclick = () => choose(group);
        setText(words, look?.word ?? "All");
      }
      node.setAttribute("aria-pressed", String(chosen));
      setText(count, String(clips));
    },
  };
}
