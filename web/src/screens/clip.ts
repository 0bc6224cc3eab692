import type { Clip, Inspection, Measurements, Media, RollContents } from "../contracts";
import { isOpen } from "../film/states";
import { partVersions } from "../film/versions";
import { address, type Place } from "../place";
import { KEYS } from "../player/keys";
import { chip, steps } from "../ui/chip";
import { fill, h, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import { empty, trouble, verdict } from "../ui/notice";
import type { Pace } from "../ui/watch";
import { pictureOf } from "./clip_card";
import { facts } from "./facts";
import { findings } from "./findings";
import { live, type Studio } from "./screen";
import { byClip, paceOf } from "./wall";

type ClipPlace = Extract<Place, { at: "clip" }>;

/** One clip: its pictures or its verdict, what is known of it, and the way to its neighbours. */
export function clip(studio: Studio, place: ClipPlace, signal: AbortSignal): HTMLElement {
  const node = h("main", { class: "screen clip" });
  const roll = address({ ...place, at: "roll" });
  const name = h("bdi");
  const state = chip();
  const way = steps();
  const neighbours = h("nav", { class: "neighbours", "aria-label": "Clips of this roll" });
  const instead = h("span", { class: "instead" });
  const title = h("header", { class: "title" }, h("h1", {}, name), state.node, instead, way.node, neighbours);
  const body = h("div", { class: "clip-body" });
  let shown = "";
  let latest: RollContents | null = null;

  function show(contents: RollContents): Pace {
    const pace = paceOf(latest, contents);
    latest = contents;
    studio.seenRolls.set(roll, contents);
    const { current, replaced } = partVersions(contents.clips, new Map());
    const clips = current.sort(byClip);
    const isHere = ({ clip_id, version }: Clip) => clip_id === place.clipId && version === place.version;
    const here = clips.findIndex(isHere);
    const older = replaced.find(({ clip }) => isHere(clip));
    const found = clips[here] ?? older?.clip;
    if (!found) {
      fill(
        node,
        empty("This clip is not here", "The roll has no such clip, or a newer version took its place."),
      );
      shown = "";
      return "settled";
    }
    if (!node.contains(body)) fill(node, title, body);
    setText(name, visible(found.name));
    state.show(found.state);
    way.show(found.state);
    setText(instead, older ? `${older.by}.` : "");
    showNeighbours(clips[here - 1], here < 0 ? undefined : clips[here + 1]);
    const source = sourceOf(found, contents.clips);
    const now = JSON.stringify([found, source]);
    if (now !== shown) void showBody(found, source);
    shown = now;
    return isOpen(found.state) ? pace : "settled";
  }

  function showNeighbours(before: Clip | undefined, after: Clip | undefined): void {
    const to = (clip: Clip) => address({ ...place, clipId: clip.clip_id, version: clip.version });
    const now = `${before?.version}/${after?.version}`;
    if (neighbours.dataset.shows === now) return;
    neighbours.dataset.shows = now;
    const link = (clip: Clip | undefined, words: string, name: "previous" | "next") =>
      h(
        "a",
        { class: "icon-button", rel: name, title: words, "aria-label": words, href: clip ? to(clip) : null },
        icon(name),
      );
    fill(neighbours, link(before, "Clip before", "previous"), link(after, "Clip after", "next"));
  }

  async function showBody(found: Clip, source: Source): Promise<void> {
    const { inspection, media } = source;
    const table = h("aside", { class: "facts" });
    const left = h("div", { class: "pictures" });
    fill(body, left, table);
    const again = () => void showBody(found, source);
    try {
      fill(table, facts(found, null));
      if (!media || !inspection) {
        fill(left, noPicture(found), whose(found));
        return;
      }
      const { deck } = await import("../player/deck");
      const player = await deck(studio.grants, place.production, media, inspection, signal);
      if (signal.aborted) return;
      fill(left, player.node, whose(found) ?? verdict(found), keyHints());
      if (inspection.video.variable_rate) {
        left.append(
          h(
            "p",
            { class: "quiet" },
            "The frame rate of this file varies: frame numbers follow its nominal rate.",
          ),
        );
      }
      if (!media.names.includes("measurements.json")) return;
      const measured = await studio.grants.json<Measurements>(
        place.production,
        media,
        "measurements.json",
        signal,
      );
      player.measured(measured);
      player.node.after(findings(measured, player.label, player.seek));
      fill(table, facts(found, measured));
    } catch (error) {
      if (!signal.aborted) left.append(trouble(error, again));
    }
  }

  document.addEventListener(
    "keydown",
    (event) => {
      const rel = { ArrowUp: "previous", ArrowDown: "next" }[event.key];
      if (event.key === "Escape" && !document.fullscreenElement) location.hash = roll;
      const target = rel && neighbours.querySelector<HTMLAnchorElement>(`a[rel=${rel}][href]`);
      if (!target || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      location.replace(target.href);
    },
    { signal },
  );
  live(studio, node, signal, {
    what: "Looking for the clip",
    fetch: (signal) => studio.api.clips(place, signal),
    show,
    known: studio.seenRolls.get(roll),
  });
  return node;
}

interface Source {
  media: Media | null;
  inspection: Inspection | null;
}

/** What is played for a clip, and what is known of that: a RAW clip's picture may be another clip's. */
function sourceOf(clip: Clip, clips: Clip[]): Source {
  const from = clip.picture_from;
  const proxy = clips.find(({ clip_id, version }) => clip_id === from?.clip_id && version === from?.version);
  return { media: pictureOf(clip).media, inspection: proxy?.inspection ?? clip.inspection };
}

/** Whose picture it is, or why a proxy is not shown, for a clip whose own nobody here can decode. */
function whose({ picture_from, proxy_refused }: Clip): HTMLElement | null {
  const sentence = picture_from?.sentence ?? proxy_refused?.sentence;
  if (!sentence) return null;
  return h(
    "p",
    { class: "whose-picture" },
    picture_from && h("b", {}, visible(picture_from.label)),
    visible(sentence),
  );
}

function noPicture(clip: Clip): HTMLElement {
  const words = isOpen(clip.state)
    ? h(
        "div",
        { class: "notice" },
        h("h2", {}, "On its way"),
        h("p", {}, "The pictures appear here by themselves."),
      )
    : (verdict(clip) ?? empty("No picture", "This clip ended without a picture, and without saying why."));
  return h("div", { class: "no-picture", "data-state": clip.state }, words);
}

function keyHints(): HTMLElement {
  return h(
    "p",
    { class: "key-hints" },
    ...KEYS.map(([keys, does]) => h("span", {}, h("kbd", {}, keys), ` ${does}`)),
  );
}
