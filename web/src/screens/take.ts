import type { ShootingDay, Take } from "../contracts";
import { isOpen } from "../film/states";
import { scenesOf } from "../film/takes";
import { address, type Place, parsePlace } from "../place";
import { fill, h, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import { empty, trouble } from "../ui/notice";
import type { Pace } from "../ui/watch";
import { live, type Studio } from "./screen";
import { camerasOf } from "./take_cameras";
import type { TakeDeck } from "./take_deck";
import { takeFacts, takeMarks } from "./take_facts";
import { SAYING_KEYS, takeSaying } from "./take_saying";

type TakePlace = Extract<Place, { at: "take" }>;

/** The day as it was looked at before, with what was searched in it: there one goes back to. */
let cameFrom: Extract<Place, { at: "day" }> | null = null;
addEventListener("hashchange", ({ oldURL }) => {
  const was = parsePlace(new URL(oldURL).hash);
  if (was.at === "day") cameFrom = was;
});

/** What somebody's fingers know, and with a take in front of them. */
const KEYS: [keys: string, does: string][] = [
  ["Space", "play"],
  ["J K L", "shuttle"],
  ["← →", "frame"],
  ["⇧ ← →", "ten frames"],
  ["1 … 6", "enlarge a camera"],
  ["S", "whose sound"],
  ["M", "mute"],
  ["F", "full screen"],
  ["↑ ↓", "take"],
  ["Esc", "the day"],
];

/** A take: its cameras side by side with its sound, what is known of it, and the way to its neighbours. */
export function take(studio: Studio, place: TakePlace, signal: AbortSignal): HTMLElement {
  const node = h("main", { class: "screen take" });
  const name = h("bdi");
  const marks = h("span");
  const edit = h(
    "button",
    { type: "button", class: "button small", title: "Edit (E)", onclick: () => said.edit() },
    "Edit",
  );
  const neighbours = h("nav", { class: "neighbours", "aria-label": "Takes of this day" });
  const title = h("header", { class: "title" }, h("h1", {}, name), marks, edit, neighbours);
  const pictures = h("div", { class: "take-pictures" });
  const known = h("div");
  const hints = h("p", { class: "key-hints" });
  const { production, unit, day: label } = place;
  const came = cameFrom?.production === production && cameFrom.unit === unit && cameFrom.day === label;
  const back = address(
    came && cameFrom ? cameFrom : { at: "day", production, unit, day: label, words: "", list: null },
  );
  const said = takeSaying(
    studio,
    place,
    () => render(),
    () => again(),
    signal,
  );
  let told: ShootingDay | null = null;
  let last: Take | null = null;
  let before = "";
  let rendered = "";
  let playing = "";
  let round = new AbortController();
  let deck: TakeDeck | null = null;

  function show(day: ShootingDay): Pace {
    told = day;
    said.confirmed();
    render();
    const now = JSON.stringify(day);
    const changed = now !== before;
    before = now;
    const open = last?.clips.some(({ id }) => {
      const clip = day.clips[id];
      return clip !== undefined && (isOpen(clip.state) || clip.sound?.applied === false);
    });
    return open ? (changed ? "changed" : "open") : "settled";
  }

  function render(): void {
    if (!told) return;
    const day = said.over(told);
    const here = day.takes.find(({ id }) => id === place.take) ?? moved(day);
    if (here) last = here;
    if (here) renderTake(day, here);
    else showGone();
  }

  function renderTake(day: ShootingDay, here: Take): void {
    const now = JSON.stringify([day, here.id]);
    if (now === rendered) return;
    rendered = now;
    if (!node.contains(title)) fill(node, title, pictures, said.node, known, hints, said.done);
    setText(name, visible(here.called));
    fill(marks, takeMarks(here));
    edit.hidden = !day.may_say;
    fill(hints, ...keyHints(day.may_say));
    showNeighbours(day, here);
    showPictures(day, here);
    said.show(day, here);
    fill(known, takeFacts(place, day, here, said.settle));
  }

  /** A take whose number was put right is another one now: the one that has its recordings. */
  function moved(day: ShootingDay): Take | null {
    const mine = new Set(last?.clips.map(({ id }) => id));
    const found = day.takes.find(({ clips }) => clips.some(({ id }) => mine.has(id)));
    if (!found) return null;
    place = { ...place, take: found.id };
    history.replaceState(null, "", address(place));
    return found;
  }

  function showGone(): void {
    round.abort();
    playing = "";
    rendered = "";
    fill(node, gone(back));
  }

  function showNeighbours(day: ShootingDay, here: Take): void {
    const all = scenesOf(day, day.takes, "circled").flatMap(({ setups }) =>
      setups.flatMap(({ takes }) => takes),
    );
    const at = all.findIndex(({ id }) => id === here.id);
    const link = (to: Take | undefined, words: string, name: "previous" | "next") => {
      const said = to ? `${words}: ${visible(to.called)}` : words;
      const href = to ? address({ ...place, take: to.id }) : null;
      return h("a", { class: "icon-button", rel: name, title: said, "aria-label": said, href }, icon(name));
    };
    fill(
      neighbours,
      h("a", { class: "button", href: back }, "All takes"),
      link(all[at - 1], "Take before", "previous"),
      link(all[at + 1], "Take after", "next"),
    );
  }

  /** The pictures stay as they are until they are others: what is said of them comes and goes below. */
  function showPictures(day: ShootingDay, found: Take): void {
    const cameras = camerasOf(day, found);
    const shown = JSON.stringify(
      cameras.map(({ time, together, media, clip, part }) => [
        time,
        together,
        media,
        clip.camera,
        clip.sound,
        clip.has_sound,
        part.facts.sensor_fps,
      ]),
    );
    if (shown === playing) return;
    playing = shown;
    const at = deck?.now() ?? null;
    round.abort();
    round = new AbortController();
    deck = null;
    if (cameras.length === 0) {
      fill(pictures, h("div", { class: "no-picture" }, noPicture(day, found)));
      return;
    }
    void build(cameras, at, AbortSignal.any([signal, round.signal]));
  }

  async function build(
    cameras: ReturnType<typeof camerasOf>,
    at: number | null,
    round: AbortSignal,
  ): Promise<void> {
    try {
      const { takeDeck } = await import("./take_deck");
      const made = await takeDeck(studio, place.production, cameras, at, round);
      if (round.aborted) return;
      deck = made;
      fill(pictures, made.node);
    } catch (error) {
      if (round.aborted) return;
      fill(
        pictures,
        trouble(error, () => void build(cameras, at, round)),
      );
    }
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
      if (event.target instanceof Element && event.target.matches("input, textarea, select")) return;
      if (event.key === "Escape" && !document.fullscreenElement) location.hash = back;
      const rel = { ArrowUp: "previous", ArrowDown: "next" }[event.key];
      const target = rel && neighbours.querySelector<HTMLAnchorElement>(`a[rel=${rel}][href]`);
      if (!target) return;
      event.preventDefault();
      location.replace(target.href);
    },
    { signal },
  );
  const again = live(studio, node, signal, {
    what: "Looking for the take",
    fetch: (signal) => studio.api.day(place, signal),
    show,
  });
  return node;
}

function keyHints(maySay: boolean): HTMLElement[] {
  return [...KEYS, ...(maySay ? SAYING_KEYS : [])].map(([keys, does]) =>
    h("span", {}, h("kbd", {}, keys), ` ${does}`),
  );
}

function noPicture(day: ShootingDay, { clips, sounds }: Take): HTMLElement {
  if (clips.length === 0)
    return empty(
      "No picture",
      sounds.length > 0
        ? "No clip belongs to this take: it is sound alone."
        : "No clip belongs to this take.",
    );
  const awaited = clips.some(({ id }) => isOpen(day.clips[id]?.state ?? ""));
  return awaited
    ? empty("On its way", "The pictures appear here by themselves.")
    : empty("No picture", "None of its clips ended with a picture. Open them below to see why.");
}

function gone(back: string): HTMLElement {
  const notice = empty(
    "This take is not here",
    "Nobody says any more that there was such a take, or its number was corrected.",
  );
  notice.append(h("a", { class: "button", href: back }, "All takes of the day"));
  return notice;
}
