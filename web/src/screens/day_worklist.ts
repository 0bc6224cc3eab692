import type { ShootingDay, Take, Waiting } from "../contracts";
import { isOf } from "../film/corrections";
import type { Worklist } from "../film/takes";
import { address, type DayPlace } from "../place";
import { fill, h, keyed, type Piece } from "../ui/dom";
import { visible } from "../ui/names";
import { empty } from "../ui/notice";
import { picture } from "../ui/picture";
import { skim } from "../ui/skim";
import { mends, nameOf, type Say } from "./day_mend";
import { citeWords, fieldWords } from "./day_words";
import type { Studio } from "./screen";

/** A series may be of dozens. */
const MOST_TAKES = 3;

interface ListShown {
  day: ShootingDay;
  list: Worklist;
}

export interface WorklistPanel extends Piece<ListShown> {
  /** Moves the focus to what waits because of a take. */
  focusOn(take: string): void;
}

const DONE: Record<string, [title: string, sentence: string]> = {
  "no-slate": ["Every clip has its take", "Clips of which nobody knows the take wait here."],
  "no-sound": ["No take lacks its sound", "Takes that should have sound and have none wait here."],
  conflicts: [
    "Nobody contradicts anybody",
    "What is told in two ways waits here, until a person says what is right.",
  ],
  others: ["Nothing else waits", "What the papers name and nobody finds waits here."],
};

/** What waits for a person, each with what to do about it, right where it stands. */
export function worklistPanel(studio: Studio, place: DayPlace, say: Say): WorklistPanel {
  const list = h("ol", { class: "worklist" });
  const settled = h("section", { class: "settled", hidden: true });
  const nothing = h("div");
  const node = h("div", {}, nothing, list, settled);
  let latest: ShootingDay | null = null;
  const show = keyed<Waiting>(list, keyOf, () => entryPiece());

  function entryPiece(): Piece<Waiting> {
    const node = h("li", { class: "waiting" });
    let shown = "";
    return {
      node,
      show(entry) {
        if (!latest) return;
        const day = latest;
        const conflict = day.conflicts.find((each) => isOf(each, entry));
        const take = day.takes.find(({ id }) => id === entry.take);
        const clip = day.clips[entry.clip ?? ""];
        const now = JSON.stringify([entry, conflict, take?.clips, clip, day.may_say]);
        if (now === shown) return;
        // Somebody is in the middle of a word: it stays until it is sent.
        const typing =
          shown !== "" &&
          [...node.querySelectorAll("input")].some((each) => each.value !== each.defaultValue);
        if (typing) return;
        shown = now;
        node.dataset.about = JSON.stringify([entry.take, entry.clip, entry.sound]);
        fill(
          node,
          media(day, entry),
          h(
            "div",
            { class: "waiting-words" },
            h("p", { class: "sentence" }, visible(entry.sentence)),
            h("p", { class: "next-step" }, visible(entry.next_step)),
            h("p", { class: "waiting-ways" }, ...ways(day, entry)),
            h("div", { class: "mends" }, ...mends(day, entry, say)),
          ),
        );
      },
    };
  }

  function media(day: ShootingDay, { clip, take }: Waiting): HTMLElement {
    const ids = clip ? [clip] : (day.takes.find(({ id }) => id === take)?.clips.map(({ id }) => id) ?? []);
    const found = ids.map((id) => day.clips[id]?.media).find((each) => each?.names.includes("poster.jpg"));
    const frame = h("span", { class: "small-frame" });
    if (!found) frame.append(h("span", { class: "none" }, "no picture"));
    else {
      const poster = picture(studio.grants, place.production, found, "poster.jpg");
      poster.loading = "lazy";
      frame.append(poster, skim(frame, studio.grants, place.production, found));
    }
    return frame;
  }

  function ways(day: ShootingDay, { lack, take, clip, sound, where }: Waiting): HTMLElement[] {
    const { production, unit } = place;
    const here = { production, unit, day: place.day };
    const found: HTMLElement[] = [];
    const recording = clip ?? sound;
    const holds = (each: Take) =>
      each.id === take || [...each.clips, ...each.sounds].some(({ id }) => id === recording);
    for (const known of day.takes.filter(holds).slice(0, MOST_TAKES))
      found.push(h("a", { href: address({ at: "take", ...here, take: known.id }) }, visible(known.called)));
    const row = day.clips[clip ?? ""];
    if (row) {
      const { roll, clip_id, version } = row;
      const href = address({ at: "clip", ...here, roll, clipId: clip_id, version });
      found.push(h("a", { href }, `Open ${visible(row.name)}`));
    }
    // The sides of a conflict stand below with their papers.
    const cites = lack === "CONFLICT" ? [] : where;
    found.push(...cites.map((cite) => h("span", { class: "quiet" }, visible(citeWords(cite)))));
    return found;
  }

  return {
    node,
    show({ day, list: { list: name, waiting } }) {
      latest = day;
      const [title, sentence] = DONE[name] ?? ["Nothing waits", ""];
      if (nothing.dataset.list !== name) fill(nothing, empty(title, sentence));
      nothing.dataset.list = name;
      nothing.hidden = waiting.length > 0;
      show(waiting);
      showSettled(settled, day, name === "conflicts");
    },
    focusOn(take) {
      const of = latest?.takes.find(({ id }) => id === take);
      const mine = new Set([take, ...(of ? [...of.clips, ...of.sounds].map(({ id }) => id) : [])]);
      const entries = [...list.querySelectorAll<HTMLElement>(".waiting")];
      const entry = entries.find(({ dataset }) =>
        (JSON.parse(dataset.about ?? "[]") as string[]).some((id) => mine.has(id)),
      );
      entry?.scrollIntoView({ block: "start" });
      entry?.querySelector<HTMLElement>("button, a, input")?.focus({ preventScroll: true });
    },
  };
}

function keyOf({ lack, take, clip, sound, about, sentence }: Waiting): string {
  return JSON.stringify([lack, take, clip, sound, about, take || clip || sound ? "" : sentence]);
}

/** What a person's word has settled: it stays to be seen, and the correction can be taken back at the take. */
function showSettled(section: HTMLElement, day: ShootingDay, shows: boolean): void {
  const conflicts = shows ? day.conflicts.filter(({ settled }) => settled) : [];
  section.hidden = conflicts.length === 0;
  const lines = conflicts.map((conflict) => {
    const take = day.takes.find(({ id }) => id === conflict.take);
    const of = take?.called ?? nameOf(day, conflict);
    const value = conflict.held.value;
    const held = typeof value === "boolean" ? (value ? "yes" : "no") : value;
    const by = conflict.held.by.filter(({ source }) => source === "PERSON").map(citeWords);
    return h(
      "li",
      {},
      h("b", {}, visible(of)),
      visible(` ${fieldWords(conflict.field)}: ${held}`),
      h("span", { class: "quiet" }, visible(` ${by.join(", ")}`)),
    );
  });
  fill(section, h("h3", {}, "Settled by a person"), h("ul", {}, ...lines));
}
