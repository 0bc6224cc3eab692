import type { AnalysisKind, Answers, Box, Characters, Clip, Media } from "../contracts";
import { analysisWords } from "../film/analyses";
import { mayListCast, maySay } from "../film/roles";
import { frameOf } from "../film/speech";
import type { RollPlace } from "../place";
import type { Deck } from "../player/deck";
import { fill, h } from "../ui/dom";
import { onKey } from "../ui/keys";
import { toldOf } from "../ui/notice";
import type { Still } from "../ui/still";
import { type AnalysesShown, analysesList } from "./analyses_list";
import { askCast } from "./cast_dialog";
import { frameCurves } from "./frame_curves";
import { people } from "./people";
import { saidHeading } from "./said_heading";
import { rolesIn, type Studio } from "./screen";
import { shots } from "./shots";
import { slate } from "./slate";
import { transcript } from "./transcript";
import { wardrobe } from "./wardrobe";

/** What models said of a clip: beside its player, and below it. */
export interface Analysed {
  /** The transcript. */
  readonly said: HTMLElement;
  readonly below: HTMLElement;
  readonly beside: HTMLElement;
  show(clip: Clip): void;
}

interface Asked {
  studio: Studio;
  place: RollPlace;
  deck: Deck;
  media: Media;
  still: Still;
  signal: AbortSignal;
  /** Somebody changed what is known of the clip. */
  changed(): void;
}

/** The kinds that have a section of their own below the picture. */
const BELOW: readonly AnalysisKind[] = ["SHOTS", "FRAMES", "PEOPLE"];

export function analysed({ studio, place, deck, media, still, signal, changed }: Asked): Analysed {
  const { production } = place;
  const sections = new Map<AnalysisKind, HTMLElement>();
  const section = (kind: AnalysisKind) => {
    const made = h("section", { class: `told-${kind.toLowerCase()}`, hidden: true });
    sections.set(kind, made);
    return made;
  };
  const answers: Partial<Answers> = {};
  /** Kind → the model whose answer was asked for, and when it came, so that a newer one is asked for anew. */
  const wanted = new Map<AnalysisKind, string>();
  const failed = new Map<AnalysisKind, string>();
  const slatePiece = slate(deck, async (told) => {
    await studio.api.tellSlate(place, told);
    changed();
  });
  const peoplePiece = people(deck);
  const list = analysesList();
  let roles: readonly string[] = [];
  let cast: Characters | null = null;
  let latest: Clip | null = null;
  let before = "";
  /** How many answers have come. */
  let loaded = 0;

  function build(kind: AnalysisKind, clip: Clip): void {
    const section = sections.get(kind);
    const inside = rendered(kind, answers, deck, still);
    if (!section || !inside) return;
    section.hidden = false;
    fill(section, saidHeading(analysisWords(kind), clip, kind), ...inside);
  }

  async function load(kind: AnalysisKind): Promise<void> {
    try {
      const name = `analysis/${kind.toLowerCase()}.json`;
      Object.assign(answers, { [kind]: await studio.grants.json(production, media, name, signal) });
      failed.delete(kind);
      loaded += 1;
    } catch (error) {
      if (signal.aborted) return;
      wanted.delete(kind); // the next look tries again
      failed.set(kind, toldOf(error).sentence);
    }
    if (signal.aborted || !latest) return;
    build(kind, latest);
    showRest(latest);
  }

  function showRest(clip: Clip): void {
    // Looked at again and again: what is as it was keeps its nodes, and with them the focus.
    const { analyses, people, cast: listed, not_looked_for, slate, slate_from } = clip;
    const now = JSON.stringify([
      analyses,
      people,
      listed,
      not_looked_for,
      slate,
      slate_from,
      loaded,
      [...failed],
      roles,
      cast,
    ]);
    if (now === before) return;
    before = now;
    slatePiece.show({ clip, read: answers.SLATE ?? null, mayTell: maySay(roles) });
    const faces = answers.FACES ?? null;
    peoplePiece.show({
      clip,
      production,
      faces,
      still,
      told: cast,
      list: mayListCast(roles) ? () => void listCast() : null,
    });
    const shown: AnalysesShown = {
      clip,
      failed,
      again: maySay(roles) ? (failed) => again(clip, failed) : null,
    };
    list.show(shown);
    deck.analysed({
      speech:
        answers.SPEECH?.spoken.map(({ start_s, end_s }) => ({ first: frame(start_s), last: frame(end_s) })) ??
        null,
      faces:
        faces?.tracks.map((track) => ({
          ...track,
          named: clip.people.some(({ best, box }) => track.best === best && isBox(track.box, box)),
        })) ?? null,
      slate: spanOf(answers.SLATE),
      action: called(answers.SPEECH?.action_s),
      cut: called(answers.SPEECH?.cut_s),
    });
  }
  const frame = (seconds: number) => frameOf(seconds, deck.rate);
  const called = (seconds: number | undefined) => (seconds === undefined ? null : frame(seconds));

  async function again(clip: Clip, failedOnly: boolean): Promise<void> {
    const { unit, day, roll } = place;
    const { clip_id, version } = clip;
    await studio.api.analyseAgain(production, {
      roll: { unit, day, roll },
      clip_id,
      version,
      failed: failedOnly,
    });
    changed();
  }

  async function listCast(): Promise<void> {
    if (!latest) return;
    const done = await askCast({ studio, place, clips: [latest], chosen: [latest], signal });
    if (done) changed();
  }

  onKey("c", () => mayListCast(roles) && void listCast(), signal);
  onKey("s", () => maySay(roles) && slatePiece.node.querySelector("input")?.select(), signal);

  /** Roles and characters: without them there is only less to offer. */
  async function know(): Promise<void> {
    [roles, cast] = await Promise.all([
      rolesIn(studio, production, signal),
      studio.api.characters(production, signal),
    ]);
    if (latest && !signal.aborted) showRest(latest);
  }
  know().catch((error: unknown) => {
    if (!signal.aborted) list.trouble(toldOf(error).sentence);
  });

  return {
    said: h("div", { class: "analysed" }, section("SPEECH")),
    below: h("div", { class: "analysed" }, ...BELOW.map(section)),
    beside: h("div", { class: "analysed beside" }, slatePiece.node, peoplePiece.node, list.node),
    show(clip) {
      latest = clip;
      for (const { kind, state, model, answered_at } of clip.analyses) {
        const by = `${model?.name} ${model?.version} ${answered_at}`;
        if (state !== "ANSWERED" || wanted.get(kind) === by) continue;
        wanted.set(kind, by);
        void load(kind);
      }
      showRest(clip);
    },
  };
}

/** The answer to a kind as it stands below the picture; null while there is none. */
function rendered(
  kind: AnalysisKind,
  answers: Partial<Answers>,
  deck: Deck,
  still: Still,
): HTMLElement[] | null {
  const { SPEECH, SHOTS, FRAMES, PEOPLE } = answers;
  if (kind === "SPEECH" && SPEECH) return transcript(SPEECH, deck);
  if (kind === "SHOTS" && SHOTS) return shots(SHOTS, deck);
  if (kind === "FRAMES" && FRAMES) return frameCurves(FRAMES.samples, deck);
  if (kind === "PEOPLE" && PEOPLE) return wardrobe(PEOPLE, deck, still);
  return null;
}

function spanOf(read: Answers["SLATE"] | undefined): { first: number; last: number } | null {
  if (read?.first === undefined || read.last === undefined) return null;
  return { first: read.first, last: read.last };
}

function isBox(one: Box, other: Box | null): boolean {
  return other !== null && one.x === other.x && one.y === other.y && one.width === other.width;
}
