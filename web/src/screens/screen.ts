import type { Api } from "../account/api";
import type { Grants } from "../account/grants";
import type { RollContents, ShootingDay } from "../contracts";
import { fill } from "../ui/dom";
import { loading, staleLine, trouble } from "../ui/notice";
import { type Pace, watch } from "../ui/watch";

/** What every screen may use. */
export interface Studio {
  readonly api: Api;
  readonly grants: Grants;
  /** Who is signed in; empty while nobody is. */
  readonly username: string;
  /** The last look at each roll, by its address: going back to a wall shows it at once. */
  readonly seenRolls: Map<string, RollContents>;
  /** The last look at each day, by its address. */
  readonly seenDays: Map<string, ShootingDay>;
  /** The last look at what who is signed in is, by production. */
  readonly seenRoles: Map<string, readonly string[]>;
  /** Says a line to those who listen instead of look. */
  announce(line: string): void;
  /** Says, at the foot of the page, that what `source` shows may be old; null takes it back. */
  warn(source: object, line: string | null): void;
  /** Takes back every warning: another screen begins. */
  calm(): void;
}

/**
 * Looks for data and shows it in `node`, for as long as the screen is there. Until something was shown there is a
 * loading notice, or the error; after that an error only leaves a line, and the last good look stays. What it answers
 * makes it look at once: somebody has just changed what is there.
 */
export function live<T>(
  studio: Studio,
  node: HTMLElement,
  signal: AbortSignal,
  source: {
    what: string;
    fetch: (signal: AbortSignal) => Promise<T>;
    show: (data: T) => Pace;
    known?: T | undefined;
  },
): () => void {
  let round = new AbortController();
  let shown = source.known !== undefined;
  if (source.known !== undefined) source.show(source.known);
  else fill(node, loading(source.what));

  const start = () => {
    round.abort();
    round = new AbortController();
    const looking = AbortSignal.any([signal, round.signal]);
    void watch(
      async () => {
        const data = await source.fetch(looking);
        if (looking.aborted) return "settled";
        if (!shown) fill(node);
        shown = true;
        return source.show(data);
      },
      (error) => {
        if (error === null) return studio.warn(source, null);
        if (shown) return studio.warn(source, staleLine(error));
        const again = () => {
          fill(node, loading(source.what));
          start();
        };
        fill(node, trouble(error, again));
      },
      looking,
    );
  };
  start();
  return start;
}

/** What the person who is signed in is in a production, asked anew. */
export async function rolesIn(
  studio: Studio,
  production: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await studio.api.productions(signal);
  const roles = found.find((each) => each.production === production)?.roles ?? [];
  studio.seenRoles.set(production, roles);
  return roles;
}

/** The same as it was told last, so that what every screen shows does not flicker. */
export async function knownRoles(
  studio: Studio,
  production: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return studio.seenRoles.get(production) ?? (await rolesIn(studio, production, signal));
}
