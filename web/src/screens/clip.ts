import type { Clip, RollContents } from "../contracts";
import { isAwaited } from "../film/analyses";
import { isOpen } from "../film/states";
import { partVersions } from "../film/versions";
import { address, type Place } from "../place";
import { chip, steps } from "../ui/chip";
import { fill, h, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { visible } from "../ui/names";
import { empty } from "../ui/notice";
import type { Pace } from "../ui/watch";
import { clipBody, sourceOf } from "./clip_body";
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
  const body = clipBody(studio, place, place.frame ?? 0, signal, () => again());
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
      return "settled";
    }
    if (!node.contains(body.node)) fill(node, title, body.node);
    setText(name, visible(found.name));
    state.show(found.state);
    way.show(found.state);
    setText(instead, older ? `${older.by}.` : "");
    showNeighbours(clips[here - 1], here < 0 ? undefined : clips[here + 1]);
    body.show({ clip: found, source: sourceOf(found, contents.clips) });
    if (isOpen(found.state)) return pace;
    return body.awaitsPicture() || found.analyses.some(isAwaited) ? "open" : "settled";
  }

  function showNeighbours(before: Clip | undefined, after: Clip | undefined): void {
    const to = (clip: Clip) =>
      address({ ...place, clipId: clip.clip_id, version: clip.version, frame: undefined });
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

  document.addEventListener(
    "keydown",
    (event) => {
      const rel = { ArrowUp: "previous", ArrowDown: "next" }[event.key];
      if (document.querySelector("dialog[open]")) return;
      if (event.key === "Escape" && !document.fullscreenElement) location.hash = roll;
      const target = rel && neighbours.querySelector<HTMLAnchorElement>(`a[rel=${rel}][href]`);
      if (!target || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      location.replace(target.href);
    },
    { signal },
  );
  const again = live(studio, node, signal, {
    what: "Looking for the clip",
    fetch: (signal) => studio.api.clips(place, signal),
    show,
    known: studio.seenRolls.get(roll),
  });
  return node;
}
