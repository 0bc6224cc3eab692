import type { CardFile, Clip, RollCard, RollContents } from "../contracts";
import { isAwaited, talliedAnalyses } from "../film/analyses";
import { mayListCast } from "../film/roles";
import { groupOf, isOpen, lookOf, tally } from "../film/states";
import { coveredOf, ownFiles, partVersions, type Replaced } from "../film/versions";
import { count } from "../film/words";
import { address, type RollPlace } from "../place";
import { arrowKeys } from "../ui/arrow_keys";
import { chip } from "../ui/chip";
import { fill, h, keyed, type Piece, setText } from "../ui/dom";
import { icon } from "../ui/icons";
import { onKey } from "../ui/keys";
import { byName, visible } from "../ui/names";
import { empty } from "../ui/notice";
import type { Pace } from "../ui/watch";
import { aleButton } from "./ale";
import { cards } from "./cards";
import { clipCard, replacedCard } from "./clip_card";
import { unitWords } from "./days";
import { groupFilter } from "./group_filter";
import { live, rolesIn, type Studio } from "./screen";

/** May the card be formatted, its clips as a wall of posters, and below them what else was on it. `from` is the clip one comes back from. */
export function wall(
  studio: Studio,
  place: RollPlace,
  from: string | null,
  signal: AbortSignal,
): HTMLElement {
  const node = h("main", { class: "screen wall" });
  const key = address({ ...place, at: "roll" });
  const summary = h("p", { class: "quiet", role: "status" });
  const filters = groupFilter((group) => {
    only = group;
    if (latest) show(latest);
  });
  const verdict = cards(studio, place, signal, (told) => {
    card = told;
    if (latest) show(latest);
  });
  const report = address({ ...place, at: "report" });
  const casting = h(
    "button",
    {
      type: "button",
      class: "button",
      hidden: true,
      "aria-keyshortcuts": "C",
      onclick: () => void listCast(),
    },
    "Cast…",
  );
  const said = h("p", { class: "quiet analyses-line", role: "status" });
  const papers = h(
    "div",
    { class: "papers" },
    casting,
    aleButton(studio, place),
    h("a", { class: "button", href: report }, icon("sheet"), "Camera report"),
  );
  const posters = h("div", { class: "posters" });
  const nothing = empty("No clips yet", "They appear here by themselves while the card is uploaded.");
  const older = h("section", { class: "replaced" });
  const rest = h("section", { class: "card-files" });
  const showClips = keyed(posters, clipKey, () => clipCard(studio, place));
  const showReplaced = replacedClips(studio, place, older);
  const showFiles = fileTable(rest);
  let card: RollCard | null = null;
  let only: string | null = null;
  let latest: RollContents | null = null;
  let pictured: Clip[] = [];
  let mayList = false;
  let focusOn =
    from && (() => posters.querySelector<HTMLElement>(`[data-key="${CSS.escape(from)}"]`)?.focus());
  arrowKeys(posters, signal);

  function show(contents: RollContents): Pace {
    if (!node.contains(posters)) {
      const title = h("header", { class: "title" }, h("h1", {}, visible(place.roll)), summary, papers);
      fill(node, title, verdict, said, filters.node, posters, nothing, older, rest);
    }
    const pace = paceOf(latest, contents);
    if (latest) tell(latest.clips, contents.clips);
    latest = contents;
    studio.seenRolls.set(key, contents);

    const covered = coveredOf(card);
    const { current, replaced } = partVersions(contents.clips, covered);
    const clips = current.sort(byClip);
    const groups = tally(clips.map((clip) => [clip.state, 1]));
    if (!groups.some(([group]) => group === only)) only = null;
    filters.show({ only, groups });
    nothing.hidden = clips.length > 0;
    showClips(clips.filter((clip) => !only || groupOf(clip.state) === only));
    showReplaced(replaced.sort((a, b) => byClip(a.clip, b.clip)));
    showFiles(ownFiles(contents.files, covered).sort((a, b) => byName(a.path, b.path)));
    const open = clips.filter((clip) => isOpen(clip.state)).length;
    const words = [visible(place.day), unitWords(place.unit), count(clips.length, "clip")];
    if (open) words.push(`${open} on the way`);
    setText(summary, words.join(" · "));
    const analyses = talliedAnalyses(clips);
    said.hidden = analyses === "";
    setText(said, `Analyses: ${analyses}`);
    pictured = clips.filter(({ media }) => media !== null);
    casting.hidden = !mayList || pictured.length === 0;
    if (focusOn) queueMicrotask(focusOn); // a look that is already known is shown before the wall stands in the page
    focusOn = null;
    return pace;
  }

  /** Of the clip that the focus is on; else of those of which nobody said it yet, or of all. */
  async function listCast(): Promise<void> {
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
    const one = pictured.filter((clip) => clipKey(clip) === focused);
    const unsaid = pictured.filter(({ cast }) => cast === null);
    const chosen = [one, unsaid, pictured].find(({ length }) => length > 0) ?? [];
    const { askCast } = await import("./cast_dialog");
    if (await askCast({ studio, place, clips: pictured, chosen, signal })) again();
  }

  function tell(before: Clip[], now: Clip[]): void {
    const old = new Map(before.map((clip) => [clipKey(clip), clip.state]));
    for (const clip of now) {
      if (!isOpen(clip.state) && old.get(clipKey(clip)) !== clip.state) {
        studio.announce(`${visible(clip.name)}: ${lookOf(clip.state).word}`);
      }
    }
  }

  onKey("c", () => mayList && pictured.length > 0 && void listCast(), signal);
  const again = live(studio, node, signal, {
    what: "Looking for clips",
    fetch: (signal) => studio.api.clips(place, signal),
    show,
    known: studio.seenRolls.get(key),
  });
  // Without an answer nothing more is offered than anybody may do.
  void rolesIn(studio, place.production, signal).then(
    (roles) => {
      mayList = mayListCast(roles);
      if (latest) show(latest);
    },
    () => {},
  );
  return node;
}

/** How soon to look at a roll again. */
export function paceOf(before: RollContents | null, now: RollContents): Pace {
  if (!now.clips.some((clip) => isOpen(clip.state) || clip.analyses.some(isAwaited))) return "settled";
  return JSON.stringify(before) === JSON.stringify(now) ? "open" : "changed";
}

export function clipKey(clip: Pick<Clip, "clip_id" | "version">): string {
  return `${clip.clip_id}/${clip.version}`;
}

/** The order of clips on the wall. */
export function byClip(a: Clip, b: Clip): number {
  return byName(a.name, b.name) || byName(a.path, b.path);
}

/** What no longer counts, below what does: nothing that was received is ever gone. */
function replacedClips(
  studio: Studio,
  place: RollPlace,
  section: HTMLElement,
): (replaced: Replaced[]) => void {
  const title = h("h2");
  const list = h("div", { class: "posters" });
  fill(section, title, list);
  const show = keyed<Replaced>(
    list,
    ({ clip }) => clipKey(clip),
    () => replacedCard(studio, place),
  );
  return (replaced) => {
    section.hidden = replaced.length === 0;
    setText(title, `Replaced, and not counted: ${count(replaced.length, "clip")}`);
    show(replaced);
  };
}

/** Sidecars, sound, manifests and the unknown: each with where it ended. */
function fileTable(section: HTMLElement): (files: CardFile[]) => void {
  const title = h("h2");
  const list = h("ul");
  fill(section, title, list);
  const showRows = keyed<CardFile>(list, ({ offload, path }) => `${offload}/${path}`, fileRow);
  return (files) => {
    section.hidden = files.length === 0;
    const manifests = files.filter(({ kind }) => kind === "MANIFEST").length;
    const others = files.length - manifests;
    const words = [others > 0 && count(others, "file"), manifests > 0 && count(manifests, "manifest")];
    setText(title, `Also received: ${words.filter(Boolean).join(" and ")}`);
    showRows(files);
  };
}

function fileRow(): Piece<CardFile> {
  const path = h("bdi", { class: "path" });
  const kind = h("span", { class: "kind" });
  const state = chip();
  const why = h("p", { class: "why" });
  return {
    node: h("li", {}, path, kind, state.node, why),
    show(file) {
      setText(path, visible(file.path));
      setText(kind, visible(file.kind).toLowerCase().replaceAll("_", " "));
      state.show(file.state);
      setText(why, visible([file.sentence, file.next_step].filter(Boolean).join(" ")));
    },
  };
}
