/** What a person says of the take in front of them: its fields edited in place, its circle, a note, a conflict settled. */

import type { Conflict, Said, ShootingDay, Take } from "../contracts";
import { type Edited, editsOf, isOf, sayFlag } from "../film/corrections";
import { isA } from "../film/takes";
import type { DayPlace } from "../place";
import { fill, h } from "../ui/dom";
import { onKey } from "../ui/keys";
import { visible } from "../ui/names";
import { type Desk, desk } from "./day_desk";
import { type Editor, takeEditor } from "./day_edit";
import { fieldWords, saidWords } from "./day_words";
import type { Studio } from "./screen";

export interface TakeSaying {
  /** Where the fields are edited, and below it what was done. */
  readonly node: HTMLElement;
  readonly done: HTMLElement;
  /** The day as the studio tells it → with what is still on its way there. */
  over(day: ShootingDay): ShootingDay;
  /** A newer day has come. */
  confirmed(): void;
  show(day: ShootingDay, take: Take): void;
  edit(): void;
  settle(conflict: Conflict, said: Said, value: string): void;
}

/** What says something here, and what else it does. */
export const SAYING_KEYS: [keys: string, does: string][] = [
  ["C", "circle it"],
  ["E", "edit it"],
  ["N", "add a note"],
  ["Z", "undo"],
];

export function takeSaying(
  studio: Studio,
  place: DayPlace,
  render: () => void,
  again: () => void,
  signal: AbortSignal,
): TakeSaying {
  const node = h("div", { class: "take-saying" });
  const said: Desk = desk(studio, place, render, again, signal);
  let editor: Editor | null = null;
  let latest: { day: ShootingDay; take: Take } | null = null;

  function edit(field: "first" | "note", typed?: Edited): void {
    if (!latest?.day.may_say) return;
    editor = takeEditor(
      latest,
      {
        save: (take, was, now) => void save(take, was, now),
        leave,
        takeBack: (correction) => void said.takeBack(correction, saidWords(correction.said)),
      },
      typed,
    );
    editor.show(latest);
    fill(node, editor.node);
    editor.focus(field);
    editor.node.scrollIntoView({ block: "nearest" });
  }

  function leave(): void {
    editor = null;
    fill(node);
  }

  async function save(take: Take, was: Edited, now: Edited): Promise<void> {
    if (!latest) return;
    const all = editsOf(latest.day, take, was, now).map((each) => {
      return { said: each, take: take.id, settles: null, done: `${take.called}: ${saidWords(each)}` };
    });
    leave();
    if (all.length > 0 && !(await said.say(...all)) && !signal.aborted) edit("first", now);
  }

  function circle(): void {
    if (!latest?.day.may_say || said.isSaying(latest.take.id)) return;
    const { take } = latest;
    const value = !isA(take, "CIRCLED");
    const done = `${take.called}: ${value ? "circled" : "circle taken away"}`;
    studio.announce(visible(done));
    void said.say({ said: sayFlag(latest.day, take, "CIRCLED", value), take: take.id, settles: null, done });
  }

  onKey("e", () => edit("first"), signal);
  onKey("n", () => edit("note"), signal);
  onKey("c", circle, signal);
  onKey("z", () => said.undo(), signal);
  return {
    node,
    done: said.node,
    over: said.over,
    confirmed: said.confirmed,
    show(day, take) {
      latest = { day, take };
      editor?.show(latest);
    },
    edit: () => edit("first"),
    settle(conflict, saying, value) {
      if (!latest) return;
      const { day, take } = latest;
      const settles = day.worklist.find((each) => isOf(conflict, each)) ?? null;
      const done = `${take.called}: ${fieldWords(conflict.field)} ${value}`;
      void said.say({ said: saying, take: conflict.take, settles, done });
    },
  };
}
