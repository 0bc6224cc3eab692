import type { ShootingDay, Take } from "../contracts";
import { marked } from "../film/marked";
import { soughtIn } from "../film/take_search";
import { boardOf, FLAGS, isA, lensWords, text } from "../film/takes";
import { count } from "../film/words";
import { address, type DayPlace } from "../place";
import { fill, h, type Piece } from "../ui/dom";
import { icon } from "../ui/icons";
import { onOneLine, visible } from "../ui/names";
import { picture } from "../ui/picture";
import { skim } from "../ui/skim";
import type { Studio } from "./screen";

export interface TakeShown {
  day: ShootingDay;
  take: Take;
  /** How much of it is told in two ways. */
  conflicts: number;
  /** What is looked for. */
  words: string;
  /** What is said of it is still on its way. */
  saying: boolean;
}

export interface RowActs {
  circle(take: Take): void;
  edit(take: Take): void;
  openConflicts(take: Take): void;
}

/** A take in one line: its circle, its cameras side by side, its sound, and what is said of it. */
export function takeRow(studio: Studio, place: DayPlace, acts: RowActs): Piece<TakeShown> {
  const node = h("div", { class: "take-row" });
  const cameras = camerasCell(studio, place);
  let shown = "";
  return {
    node,
    show(next) {
      const { day, take, conflicts, words, saying } = next;
      const now = JSON.stringify([
        take,
        conflicts,
        words,
        saying,
        day.may_say,
        lackOf(next),
        soundNotes(next),
      ]);
      cameras.show(next);
      if (now === shown) return;
      shown = now;
      const held = node.contains(document.activeElement) ? document.activeElement : null;
      node.dataset.take = take.id;
      node.dataset.circled = String(isA(take, "CIRCLED"));
      node.dataset.saying = String(saying);
      fill(
        node,
        circle(next, acts),
        cameras.node,
        h("div", { class: "row-facts" }, marks(next), told(next)),
        h(
          "div",
          { class: "row-deeds" },
          conflicts > 0 && conflictChip(take, conflicts, acts),
          day.may_say && editButton(take, acts),
        ),
      );
      // What had the focus was made anew, or stood elsewhere for a moment.
      if (held instanceof HTMLElement && held !== document.activeElement)
        (held.isConnected
          ? held
          : node.querySelector<HTMLElement>(`.${held.className.split(" ")[0]}`)
        )?.focus();
    },
  };
}

/** The number in its ring, as it is drawn on the page of the script supervisor. */
function circle({ day, take }: TakeShown, acts: RowActs): HTMLElement {
  const number = visible(text(take.take) || "–");
  const is = isA(take, "CIRCLED");
  const ring = h("span", { class: "ring", "data-long": String(number.length > 2) }, number);
  if (!day.may_say)
    return h("span", { class: "circle" }, ring, h("span", { class: "for-listeners" }, is ? "circled" : ""));
  ring.setAttribute("aria-hidden", "true");
  return h(
    "button",
    {
      type: "button",
      class: "circle",
      tabindex: "-1",
      "aria-pressed": String(is),
      "aria-label": `Circle ${visible(take.called)}`,
      "aria-keyshortcuts": "C",
      title: is ? "Circled. C takes the circle away" : "C circles it",
      onclick: () => acts.circle(take),
    },
    ring,
  );
}

/** The pictures, and the way to the take itself. They are not made anew while they stay the same. */
function camerasCell(studio: Studio, place: DayPlace): Piece<TakeShown> {
  const node = h("a", { class: "row-link", "aria-keyshortcuts": "C E N" });
  let shown = "";
  return {
    node,
    show({ day, take, words }) {
      const clips = take.clips.map(({ id, name, length }) => {
        const { media = null, camera = null, frames = 0, roll = "" } = day.clips[id] ?? {};
        return { id, name, camera, roll, media, whole: length >= frames };
      });
      const now = JSON.stringify([take.id, take.called, clips, words]);
      if (now === shown) return;
      shown = now;
      const { production, unit } = place;
      node.href = address({ at: "take", production, unit, day: place.day, take: take.id });
      node.style.setProperty("--here", String(Math.max(1, clips.length)));
      fill(
        node,
        h("span", { class: "for-listeners" }, visible(take.called)),
        ...clips.map(({ name, camera, media, whole }) => {
          const frame = h("span", { class: "small-frame" });
          if (media?.names.includes("poster.jpg")) {
            const poster = picture(studio.grants, production, media, "poster.jpg");
            poster.loading = "lazy";
            frame.append(poster, skim(frame, studio.grants, production, media));
          } else frame.append(h("span", { class: "none" }, "no picture yet"));
          if (camera) frame.append(h("span", { class: "whose" }, ...hits(camera, soughtIn(words, "camera"))));
          const short = /^[^_]+_?/.exec(name)?.[0].replace(/_$/, "") ?? name;
          return h(
            "span",
            { class: "row-camera", title: visible(whole ? name : `${name}, a part of it`) },
            frame,
            h("bdi", { class: "clip-name" }, ...hits(short, soughtIn(words, "clip"), true)),
            !whole && h("span", { class: "for-listeners" }, ", a part of it"),
          );
        }),
        clips.length === 0 && h("span", { class: "small-frame none" }, "no picture"),
      );
    },
  };
}

function marks(shown: TakeShown): HTMLElement {
  const { take, words } = shown;
  return h(
    "p",
    { class: "row-marks" },
    ...FLAGS.filter(([flag]) => isA(take, flag)).map(([flag, mark, means]) =>
      h(
        "span",
        { class: "flag", "data-flag": flag, title: means },
        h("span", { "aria-hidden": "true" }, mark),
        h("span", { class: "for-listeners" }, means),
      ),
    ),
    soundChip(shown),
    lensWords(take, shown.day) !== "" &&
      h("span", { class: "lens" }, ...hits(lensWords(take, shown.day), soughtIn(words, "lens"))),
  );
}

function lackOf({ day, take }: TakeShown): boolean {
  return day.worklist.some((each) => each.lack === "TAKE_WITHOUT_SOUND" && each.take === take.id);
}

function soundNotes({ day, take }: TakeShown): string[] {
  return take.clips.flatMap(({ id }) => day.clips[id]?.listed.map(({ sentence }) => sentence) ?? []);
}

/** What the place of its sound rests on, once for all cameras. */
function placed({ day, take }: TakeShown): string {
  return [...new Set(take.clips.map(({ id }) => day.clips[id]?.sound?.sentence ?? ""))]
    .filter(Boolean)
    .join(" ");
}

function soundChip(shown: TakeShown): HTMLElement | null {
  const { take, words } = shown;
  const notes = soundNotes(shown);
  const title = visible(notes.length > 0 ? notes.join(" ") : placed(shown));
  if (take.sounds.length > 0) {
    const [first] = take.sounds;
    const more = take.sounds.length > 1 ? ` + ${take.sounds.length - 1}` : "";
    return h(
      "span",
      { class: "sound-chip", "data-tone": notes.length > 0 ? "care" : "quiet", title },
      notes.length > 0 ? icon("alert") : null,
      h("span", { class: "for-listeners" }, notes.length > 0 ? `${title} ` : "Sound "),
      h("bdi", {}, ...hits(first?.name ?? "", soughtIn(words, "sound"), true)),
      more,
    );
  }
  if (take.clips.length === 0) return null;
  const lacks = lackOf(shown);
  return h(
    "span",
    { class: "sound-chip", "data-tone": lacks ? "care" : "quiet", title },
    lacks && icon("alert"),
    lacks ? "no sound" : isA(take, "MOS") ? "" : "no sound needed",
  );
}

function told({ take, words }: TakeShown): HTMLElement | false {
  if (take.notes.length === 0) return false;
  const notes = take.notes.map((note) => onOneLine(text(note))).join(" · ");
  return h("p", { class: "row-notes", title: visible(notes) }, ...hits(notes, soughtIn(words, "note")));
}

function conflictChip(take: Take, conflicts: number, acts: RowActs): HTMLElement {
  const properties = { type: "button", class: "conflict-chip", "data-tone": "care", tabindex: "-1" };
  return h(
    "button",
    { ...properties, onclick: () => acts.openConflicts(take) },
    icon("alert"),
    count(conflicts, "conflict"),
  );
}

function editButton(take: Take, acts: RowActs): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      class: "edit-button",
      tabindex: "-1",
      "aria-label": `Edit ${visible(take.called || boardOf(take))}`,
      "aria-keyshortcuts": "E",
      title: "E edits it",
      onclick: () => acts.edit(take),
    },
    "Edit",
  );
}

/** A text with what was looked for marked in it. */
export function hits(words: string, sought: string, anywhere = false): (Node | string)[] {
  return marked(visible(words), sought, anywhere).map(({ part, found }) =>
    found ? h("mark", {}, part) : part,
  );
}
