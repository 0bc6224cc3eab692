import { partWords, type Reach, reachWords, type Standing, sameReach } from "../film/looks";
import { count, instant } from "../film/words";
import { fill, h } from "../ui/dom";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";

const MOST_LISTED = 200;

/**
 * The looks that stand, from the show to the clip, each with who set it and a way to take it back. Those of other clips
 * than `here` may be thousands, and are folded away.
 */
export function lookList(
  looks: readonly Standing[],
  here: Reach,
  takeBack: (look: Standing) => Promise<void>,
): HTMLElement {
  if (looks.length === 0) return h("p", { class: "quiet" }, "No look is set in this production.");
  const far = looks.filter((look) => look.level === "CLIP" && !sameReach(look, here));
  const near = looks.filter((look) => !far.includes(look));
  const list = (some: Standing[]) =>
    h("ul", { class: "look-list" }, ...some.map((look) => item(look, takeBack)));
  return h(
    "div",
    {},
    near.length > 0 && list(near),
    far.length > 0 &&
      h(
        "details",
        { class: "fold" },
        h("summary", {}, `Of ${count(far.length, "other clip")}`),
        list(far.slice(0, MOST_LISTED)),
        far.length > MOST_LISTED &&
          h(
            "p",
            { class: "quiet" },
            `And ${far.length - MOST_LISTED} more: open one of these clips to change its look.`,
          ),
      ),
  );
}

function item(look: Standing, takeBack: (look: Standing) => Promise<void>): HTMLElement {
  const deed = h("div", { class: "take-back" });
  const button = (words: string, press: () => void, of: string | null = null) =>
    h("button", { type: "button", class: "button small", "aria-label": of, onclick: press }, words);

  function offer(): HTMLElement {
    const asked = button("Take back…", ask, `Take back the look of ${visible(reachWords(look))}`);
    fill(deed, asked);
    return asked;
  }
  function ask(): void {
    const sure = button("Take back", () => void take());
    fill(
      deed,
      h("p", {}, "New proxies are made of every clip that it reaches."),
      sure,
      button("Keep", () => offer().focus()),
    );
    sure.focus();
  }
  async function take(): Promise<void> {
    fill(deed, h("p", { role: "status" }, "Taking it back …"));
    try {
      await takeBack(look);
    } catch (error) {
      const { sentence, nextStep } = toldOf(error);
      offer();
      deed.append(h("p", { class: "door-trouble", role: "alert" }, `${sentence} ${nextStep}`));
    }
  }

  offer();
  return h(
    "li",
    {},
    h(
      "div",
      { class: "look" },
      h("b", {}, h("bdi", {}, visible(reachWords(look)))),
      ...partWords(look).map((words) => h("p", {}, h("bdi", {}, visible(words)))),
      h("p", { class: "quiet" }, instant(lastOf(look))),
    ),
    deed,
  );
}

/** When it was last spoken of. */
function lastOf({ cdl, lut }: Standing): string {
  return [cdl?.at ?? "", lut?.at ?? ""].reduce((a, b) => (a > b ? a : b));
}
