import type { Correction, ShootingDay, Take } from "../contracts";
import type { Edited } from "../film/corrections";
import { findTakes, soughtIn } from "../film/take_search";
import { conflictsOf, counts, isA, type Order, type Scene, type Setup, scenesOf } from "../film/takes";
import type { DayPlace } from "../place";
import { fill, h, keyed, type Piece, setText } from "../ui/dom";
import { type Editor, takeEditor } from "./day_edit";
import { hits, type RowActs, takeRow } from "./day_row";
import { takesWords } from "./day_words";
import type { Studio } from "./screen";

/** What sticks to the top of the page, and a little air. */
const TOP_PX = 70;

export interface TakesShown {
  day: ShootingDay;
  order: Order;
  words: string;
  isSaying(take: string): boolean;
}

export interface TakesActs extends Omit<RowActs, "edit"> {
  save(take: Take, was: Edited, now: Edited): void;
  takeBack(correction: Correction, words: string): void;
}

export interface TakeList extends Piece<TakesShown> {
  /** How many are shown. */
  readonly shown: number;
  /** The take that the focus is on. */
  current(): Take | null;
  edit(take: Take, field: "first" | "note", typed?: Edited): void;
  /** Moves the focus by so many takes. */
  move(by: number): void;
  focus(take: string): void;
}

interface Shared extends TakesShown {
  conflicts: Map<string, number>;
}

/** Scenes → setups → takes. One of them may be open to be edited. */
export function takeList(studio: Studio, place: DayPlace, acts: TakesActs): TakeList {
  const node = h("div", { class: "scenes" });
  let latest: Shared | null = null;
  let found: Take[] = [];
  let open: { take: Take; editor: Editor } | null = null;
  const rowActs: RowActs = { ...acts, edit: (take) => edit(take, "first") };
  const showScenes = keyed<Scene>(
    node,
    ({ name }) => name,
    () => scenePiece(),
  );

  function scenePiece(): Piece<Scene> {
    const title = h("h2");
    const list = h("div");
    const showSetups = keyed<Setup>(
      list,
      ({ takes }) => takes[0]?.number.setup ?? "",
      () => setupPiece(),
    );
    return {
      node: h("section", { class: "scene" }, title, list),
      show({ name, setups }) {
        fill(title, ...hits(name ? `Scene ${name}` : "No scene", sceneSought(name)));
        showSetups(setups);
      },
    };
  }

  const sceneSought = (name: string) => (name && latest ? soughtIn(latest.words, "scene") : "");

  function setupPiece(): Piece<Setup> {
    const name = h("bdi");
    const words = h("span", { class: "quiet" });
    const list = h("ol", { class: "takes" });
    const showTakes = keyed<Take>(
      list,
      ({ id }) => id,
      () => takePiece(),
    );
    const node = h("section", { class: "setup" }, h("h3", {}, name, words), list);
    return {
      node,
      show(setup) {
        fill(name, ...hits(setup.name || "No slate", latest ? soughtIn(latest.words, "setup") : ""));
        setText(words, setupWords(setup, latest?.day));
        list.style.setProperty(
          "--cameras",
          String(Math.max(1, ...setup.takes.map(({ clips }) => clips.length))),
        );
        node.style.setProperty("--takes", String(setup.takes.length));
        showTakes(setup.takes);
      },
    };
  }

  function takePiece(): Piece<Take> {
    const row = takeRow(studio, place, rowActs);
    const node = h("li", { class: "take-item" }, row.node);
    return {
      node,
      show(take) {
        if (!latest) return;
        const { day, words, conflicts } = latest;
        row.show({
          day,
          take,
          words,
          conflicts: conflicts.get(take.id) ?? 0,
          saying: latest.isSaying(take.id),
        });
        const mine = open?.take.id === take.id ? open.editor : null;
        node.classList.toggle("editing", mine !== null);
        mine?.show({ day, take });
        if (mine && !node.contains(mine.node)) node.append(mine.node);
        for (const form of node.querySelectorAll("form")) if (form !== mine?.node) form.remove();
      },
    };
  }

  function render(): void {
    if (!latest) return;
    const { day, order, words } = latest;
    found = findTakes(day, words);
    // What somebody is in the middle of editing stays, whatever becomes of it meanwhile.
    const editing = open && !found.some(({ id }) => id === open?.take.id) ? open.take : null;
    const still = editing && (day.takes.find(({ id }) => id === editing.id) ?? editing);
    const held = node.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    showScenes(scenesOf(day, still ? [...found, still] : found, order));
    if (held?.isConnected && held !== document.activeElement) held.focus({ preventScroll: true });
  }

  function edit(take: Take, field: "first" | "note", typed?: Edited): void {
    if (!latest?.day.may_say) return;
    const { day } = latest;
    const editor = takeEditor({ day, take }, { ...acts, leave, save }, typed);
    open = { take, editor };
    render();
    editor.focus(field);
    editor.node.scrollIntoView({ block: "nearest" });
  }

  function save(take: Take, was: Edited, now: Edited): void {
    leave();
    acts.save(take, was, now);
  }

  function leave(): void {
    const id = open?.take.id;
    open = null;
    render();
    if (id) focus(id);
  }

  const links = () => [...node.querySelectorAll<HTMLElement>(".row-link")];
  const row = (take: string) =>
    node.querySelector<HTMLElement>(`[data-take="${CSS.escape(take)}"] .row-link`);
  const focus = (take: string) => row(take)?.focus();
  const here = () =>
    document.activeElement?.closest<HTMLElement>(".take-item")?.querySelector(".row-link") ?? null;

  return {
    node,
    get shown() {
      return found.length;
    },
    show(next) {
      latest = { ...next, conflicts: conflictsOf(next.day) };
      render();
    },
    current() {
      const id = here()?.closest<HTMLElement>("[data-take]")?.dataset.take;
      return latest?.day.takes.find((take) => take.id === id) ?? null;
    },
    edit,
    move(by) {
      const all = links();
      const at = all.indexOf(here() as HTMLElement);
      // Without one, the first that is on the screen, below what sticks to its top.
      const first = all.findIndex((link) => link.getBoundingClientRect().top > TOP_PX);
      const next = at < 0 ? Math.max(0, first) : Math.min(all.length - 1, Math.max(0, at + by));
      all[next]?.focus();
    },
    focus,
  };
}

function setupWords({ takes }: Setup, day: ShootingDay | undefined): string {
  const circled = takes.filter((take) => counts(take) && isA(take, "CIRCLED")).length;
  const of = takes[0]?.number.setup ?? "";
  const gap = day?.gaps.find(({ setup }) => setup.toLowerCase().replace(/\s/g, "") === of);
  const words = [takesWords(takes), circled > 0 && `${circled} circled`, gap && gapWords(gap.missing)];
  return words.filter(Boolean).join(" · ");
}

/** A fact and no fault: slates are skipped on purpose, too. */
function gapWords(missing: readonly number[]): string {
  const named = missing.slice(0, 4).join(", ");
  const more = missing.length > 4 ? ` and ${missing.length - 4} more` : "";
  return `nobody mentions take ${named}${more}`;
}
