import type { AppliedLook, Clip, Inspection, Measurements, Media, NewLook } from "../contracts";
import { pictureWords } from "../film/looks";
import { isOpen } from "../film/states";
import type { RollPlace } from "../place";
import type { Deck } from "../player/deck";
import { KEYS } from "../player/keys";
import { fill, h, type Piece } from "../ui/dom";
import { visible } from "../ui/names";
import { empty, toldOf, trouble, verdict } from "../ui/notice";
import { stillsOf } from "../ui/still";
import type { Analysed } from "./analysed";
import { pictureOf } from "./clip_card";
import { facts } from "./facts";
import { findings } from "./findings";
import { askLook, makingWords } from "./look_dialog";
import { knownRoles, type Studio } from "./screen";
import { type ShownLook, shownLook } from "./shown_look";

/** How long somebody who set a look is kept up to date more often than others. */
const AWAITED_MS = 10 * 60_000;

/** What is played for a clip, and what is known of that. */
export interface Source {
  /** The clip whose pictures they are: it is what models looked at. */
  of: Clip;
  media: Media | null;
  inspection: Inspection | null;
  look: AppliedLook | null;
}

interface Shown {
  clip: Clip;
  source: Source;
}

interface ClipBody extends Piece<Shown> {
  /** True while a picture is awaited that a new look makes. */
  awaitsPicture(): boolean;
}

/** A RAW clip's picture may be another clip's. */
export function sourceOf(clip: Clip, clips: Clip[]): Source {
  const from = clip.picture_from;
  const proxy = clips.find(({ clip_id, version }) => clip_id === from?.clip_id && version === from?.version);
  const of = proxy ?? clip;
  const { inspection, look } = of;
  return { of, media: pictureOf(clip).media, inspection: inspection ?? clip.inspection, look: look ?? null };
}

/**
 * A clip's pictures or its verdict, and what is known of it. `moment` is the frame to begin at; `changed` is called
 * when a person changed what is known.
 */
export function clipBody(
  studio: Studio,
  place: RollPlace,
  moment: number,
  signal: AbortSignal,
  changed: () => void,
): ClipBody {
  const node = h("div", { class: "clip-body" });
  let round = new AbortController();
  let before = "";
  let playing: string | undefined;
  let player: Deck | null = null;
  let line: ShownLook | null = null;
  let models: Analysed | null = null;
  let latest: Source | null = null;
  let at = moment;
  let asking = false;
  let awaited: { since: number; words: string } | null = null;

  async function build(shown: Shown, frame: number, round: AbortSignal): Promise<void> {
    const { clip, source } = shown;
    const { inspection, media, look } = source;
    const table = h("aside", { class: "facts" }, facts(place, clip, look, null));
    const left = h("div", { class: "pictures" });
    // An older picture stays until the newer one is there.
    if (!node.hasChildNodes()) fill(node, left, table);
    try {
      if (!media || !inspection) {
        fill(left, noPicture(clip), whose(clip));
        fill(node, left, table);
        return;
      }
      const [{ deck }, { analysed }] = await Promise.all([import("../player/deck"), import("./analysed")]);
      const made = await deck(studio.grants, place.production, media, inspection, round);
      if (round.aborted) return;
      const still = await stillsOf(studio.grants, place.production, media, made.frames, round);
      if (round.aborted) return;
      const told = shownLook(look, source.of.made_by, clip.not_made_anew);
      if (awaited) told.changing(awaited.words);
      const hints = keyHints(knownRoles(studio, place.production, round));
      models = analysed({ studio, place, deck: made, media, still, signal: round, changed });
      const side = h("div", { class: "side" }, models.beside, table);
      fill(left, made.node, told.node, whose(clip) ?? verdict(clip), models.said, models.below, hints);
      fill(node, left, side);
      models.show((latest ?? source).of);
      player = made;
      line = told;
      if (frame > 0) made.seek(frame);
      if (inspection.video.variable_rate) left.append(h("p", { class: "quiet" }, VARIABLE));
      await tellMore(shown, media, made, told, table, round);
    } catch (error) {
      if (round.aborted) return;
      left.append(trouble(error, () => begin(shown)));
      fill(node, left, table);
    }
  }

  /** What is asked for once the picture stands: the production's looks, and what the decode pass saw. */
  async function tellMore(
    { clip, source }: Shown,
    media: Media,
    made: Deck,
    line: ShownLook,
    table: HTMLElement,
    round: AbortSignal,
  ): Promise<void> {
    const file = "measurements.json";
    const measuring = media.names.includes(file)
      ? studio.grants.json<Measurements>(place.production, media, file, round)
      : null;
    const [told, measured] = await Promise.all([
      studio.api.looks(place.production, round).catch((error: unknown) => {
        if (!round.aborted) line.changing(untoldLooks(error));
        return null;
      }),
      measuring,
    ]);
    if (round.aborted) return;
    if (told) line.told(told, () => void setLook(clip));
    if (!measured) return;
    const { label } = made;
    const seek = (frame: number) => {
      made.seek(frame);
      made.node.scrollIntoView({ block: "nearest" });
    };
    const strip = media.names.includes("filmstrip.jpg")
      ? await studio.grants.url(place.production, media, "filmstrip.jpg")
      : null;
    if (round.aborted) return;
    made.measured(measured);
    models?.said.after(findings(measured, source.of.made_by?.qc.kinds ?? null, { label, seek, strip }));
    fill(table, facts(place, clip, source.look, measured));
  }

  /** Outlives a picture that becomes another one meanwhile: nobody's typing is lost by that. */
  async function setLook(clip: Clip): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      const told = await studio.api.looks(place.production, signal); // somebody else may have set one since
      const set = (look: NewLook) => studio.api.setLook(place.production, look);
      const reach = await askLook({ place, clip, told, set, signal });
      if (!reach || signal.aborted) return;
      awaited = { since: performance.now(), words: makingWords(reach) };
      line?.changing(awaited.words);
      studio.announce(awaited.words);
      changed();
    } catch (error) {
      if (!signal.aborted) line?.changing(untoldLooks(error));
    } finally {
      asking = false;
    }
  }

  function begin(shown: Shown): void {
    round.abort();
    round = new AbortController();
    // A second change may come before the first one stands: the frame is the one that was looked at last.
    at = player?.frame() ?? at;
    player = null;
    models = null;
    void build(shown, at, AbortSignal.any([signal, round.signal]));
  }

  return {
    node,
    show(shown) {
      latest = shown.source;
      // What models said comes and goes without disturbing the picture.
      const now = JSON.stringify(shown, (key, value: unknown) => (SAID.has(key) ? undefined : value));
      if (now === before) return models?.show(latest.of);
      before = now;
      if (shown.source.media?.prefix !== playing) {
        if (awaited) studio.announce(visible(`The new picture is here. ${pictureWords(shown.source.look)}`));
        awaited = null;
      }
      playing = shown.source.media?.prefix;
      begin(shown);
    },
    awaitsPicture: () => awaited !== null && performance.now() - awaited.since < AWAITED_MS,
  };
}

/** `made_by` is told with a picture: it goes when another one is ordered, and this one stays what it is. */
const SAID = new Set(["analyses", "slate", "slate_from", "people", "cast", "not_looked_for", "made_by"]);

function untoldLooks(error: unknown): string {
  const { sentence, nextStep } = toldOf(error);
  return `What looks are set cannot be told. ${sentence} ${nextStep}`;
}

const VARIABLE = "The frame rate of this file varies: frame numbers follow its nominal rate.";

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

function keyHints(roles: Promise<readonly string[]>): HTMLElement {
  const node = h("p", { class: "key-hints" });
  const show = (roles: readonly string[]) => {
    const useful = KEYS.filter(([, , may]) => may?.(roles) ?? true);
    fill(node, ...useful.map(([keys, does]) => h("span", {}, h("kbd", {}, keys), ` ${does}`)));
  };
  show([]);
  roles.then(show, () => {}); // without an answer no more keys are named than work for anybody
  return node;
}
