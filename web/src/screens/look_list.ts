import { partWords, reachWords, type Standing } from "../film/looks";
import { instant } from "../film/words";
import { fill, h } from "../ui/dom";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";

/** The looks that stand, from the show to the clip, each with who set it and a way to take it back. */
export function lookList(
  looks: readonly Standing[],
  takeBack: (look: Standing) => Promise<void>,
): HTMLElement {
  if (looks.length === 0) return h("p", { class: "quiet" }, "No look is set in this production.");
  return h("ul", { class: "look-list" }, ...looks.map((look) => item(look, takeBack)));
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
