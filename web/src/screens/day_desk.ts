import { CallFailed } from "../account/errors";
import type { Correction, Said, ShootingDay } from "../contracts";
import { type Correcting, withSaid } from "../film/corrections";
import type { DayPlace } from "../place";
import { fill, h } from "../ui/dom";
import { visible } from "../ui/names";
import { toldOf } from "../ui/notice";
import { askNew } from "./new_take_dialog";
import type { Studio } from "./screen";

/** What somebody says of a day here: shown at once, confirmed or put back by the studio, and taken back on demand. */
export interface Desk {
  /** The line that tells what was done, or why it was refused. */
  readonly node: HTMLElement;
  /** Says these one after the other. False when one was refused: its sentence is told then. */
  say(...all: Correcting[]): Promise<boolean>;
  /** Tells what was done elsewhere, and looks at the day anew. */
  told(words: string): void;
  /** Tells what went wrong elsewhere, and looks at the day anew. */
  failed(words: string): void;
  /** Takes back what was said last. */
  undo(): void;
  takeBack(correction: Pick<Correction, "id">, words: string): Promise<void>;
  /** The day as the studio tells it → with what is still on its way there. */
  over(day: ShootingDay): ShootingDay;
  /** Whether something that is said of a take is still on its way. */
  isSaying(take: string): boolean;
  /** A newer day has come: it has everything that was confirmed before. */
  confirmed(): void;
}

interface Sending {
  correcting: Correcting;
  confirmed: boolean;
}

export function desk(
  studio: Studio,
  place: DayPlace,
  render: () => void,
  again: () => void,
  signal: AbortSignal,
): Desk {
  const node = h("div", { class: "day-done", role: "status", hidden: true });
  let sending: Sending[] = [];
  let last: { ids: string[]; words: string } | null = null;

  function tell(words: string, undo: boolean): void {
    node.hidden = false;
    node.dataset.tone = "quiet";
    const button = h(
      "button",
      { type: "button", class: "button small", "aria-keyshortcuts": "Z", onclick: () => void takeBackLast() },
      "Undo ",
      h("kbd", {}, "Z"),
    );
    fill(node, h("p", {}, visible(words)), undo && button);
  }

  function refuse(error: unknown): void {
    const { sentence, nextStep } = toldOf(error);
    tellTrouble(sentence, nextStep);
  }

  function tellTrouble(sentence: string, nextStep = ""): void {
    node.hidden = false;
    node.dataset.tone = "bad";
    fill(node, h("p", {}, h("b", {}, visible(sentence)), ` ${visible(nextStep)}`));
  }

  /** A take that nobody mentions may be a number mistyped: who says something of it is asked once. */
  async function correct(said: Said): Promise<Correction> {
    try {
      return await studio.api.correct(place, said);
    } catch (error) {
      const mayBeNew = error instanceof CallFailed && error.status === 409 && "unmentioned" in error.told;
      if (!mayBeNew || !(await askNew(error.sentence, signal))) throw error;
      return studio.api.correct(place, said, true);
    }
  }

  async function takeBackLast(): Promise<void> {
    if (!last) return;
    const { ids, words } = last;
    last = null;
    node.querySelector("button")?.setAttribute("disabled", "");
    try {
      for (const id of ids) await studio.api.takeBack(place, id);
      tell(`Taken back: ${words}.`, false);
    } catch (error) {
      last = { ids, words };
      refuse(error);
    }
    again();
  }

  return {
    node,
    async say(...all) {
      const mine = all.map((correcting) => ({ correcting, confirmed: false }));
      sending.push(...mine);
      render();
      const words = [...new Set(all.map(({ done }) => done))].join("; ");
      const ids: string[] = [];
      try {
        for (const each of mine) {
          ids.push((await correct(each.correcting.said)).id);
          each.confirmed = true;
        }
        last = { ids, words };
        tell(`${words}.`, true);
        return true;
      } catch (error) {
        sending = sending.filter((each) => each.confirmed || !mine.includes(each));
        if (ids.length > 0) last = { ids, words };
        refuse(error);
        render();
        return false;
      } finally {
        again();
      }
    },
    told(words) {
      tell(words, false);
      again();
    },
    failed(words) {
      tellTrouble(words);
      again();
    },
    undo: () => void takeBackLast(),
    async takeBack({ id }, words) {
      try {
        await studio.api.takeBack(place, id);
        if (last?.ids.includes(id)) last = null;
        tell(`Taken back: ${words}.`, false);
      } catch (error) {
        refuse(error);
      }
      again();
    },
    over: (day) => sending.reduce((now, { correcting }) => withSaid(now, correcting), day),
    isSaying: (take) => sending.some(({ correcting }) => correcting.take === take),
    confirmed() {
      sending = sending.filter(({ confirmed }) => !confirmed);
    },
  };
}
