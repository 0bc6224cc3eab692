/** The review API, typed. Every path is relative: the page may live under any prefix. */

import type {
  Character,
  Characters,
  Correction,
  DayListed,
  Findings,
  Grant,
  NewAct,
  NewAnalysis,
  NewCast,
  NewCharacter,
  NewLook,
  NewPaper,
  NewSlate,
  PaperRead,
  PaperTakenBack,
  Production,
  ProductionLooks,
  Report,
  Roll,
  RollCard,
  RollContents,
  Said,
  ShootingDay,
  Spend,
  TextFile,
} from "../contracts";
import type { DayPlace, RollPlace, Sought } from "../place";
import type { Config } from "./cognito";
import { failureOf, unreachable } from "./errors";
import type { Session } from "./session";

/** Which user pool this studio signs in with. The one call that needs no token. */
export async function fetchConfig(): Promise<Config> {
  return answerOf<Config>(await request("api/config", {}));
}

export class Api {
  constructor(private readonly session: Session) {}

  async productions(signal: AbortSignal): Promise<Production[]> {
    return (await this.call<{ productions: Production[] }>("productions", { signal })).productions;
  }

  async rolls(production: string, signal: AbortSignal): Promise<Roll[]> {
    return (await this.call<{ rolls: Roll[] }>(route`productions/${production}/rolls`, { signal })).rolls;
  }

  clips(place: RollPlace, signal: AbortSignal): Promise<RollContents> {
    return this.call(`${rollRoute(place)}/clips`, { signal });
  }

  card(place: RollPlace, signal: AbortSignal): Promise<RollCard> {
    return this.call(`${rollRoute(place)}/card`, { signal });
  }

  /** Does something to a card in the name of who is signed in. */
  act(place: RollPlace, act: NewAct): Promise<unknown> {
    return this.post(`${rollRoute(place)}/card/acts`, act);
  }

  /** A new generation of an insertion's manifest, with its chain. */
  async manifest(place: RollPlace, offload: string): Promise<TextFile[]> {
    const path = `${rollRoute(place)}/card/manifest?offload=${encodeURIComponent(offload)}`;
    return (await this.call<{ files: TextFile[] }>(path, {})).files;
  }

  report(place: RollPlace, signal: AbortSignal): Promise<Report> {
    return this.call(`${rollRoute(place)}/report`, { signal });
  }

  /** The roll as Avid logs, one for each rate of its clips. */
  async ales(place: RollPlace): Promise<TextFile[]> {
    return (await this.call<{ files: TextFile[] }>(`${rollRoute(place)}/ale`, {})).files;
  }

  /** A unit's shooting day: its takes, and what waits for a person. */
  day(place: DayPlace, signal: AbortSignal): Promise<ShootingDay> {
    return this.call(dayRoute(place), { signal });
  }

  async days(production: string, signal: AbortSignal): Promise<DayListed[]> {
    return (await this.call<{ days: DayListed[] }>(route`productions/${production}/days`, { signal })).days;
  }

  /**
   * Says something of a take, a clip or a sound, over all papers, in the name of who is signed in. `isNew`: the take
   * was shot, though nobody mentions it.
   */
  async correct(place: DayPlace, said: Said, isNew = false): Promise<Correction> {
    const path = `${dayRoute(place)}/corrections`;
    return (await this.post<{ correction: Correction }>(path, { said, ...(isNew && { new: true }) }))
      .correction;
  }

  takeBack(place: DayPlace, id: string): Promise<unknown> {
    return this.post(`${dayRoute(place)}/corrections/take-back`, { id });
  }

  /** A paper, to be looked at or brought in → what it says, and what that changes. */
  bringIn(place: DayPlace, paper: NewPaper, signal?: AbortSignal): Promise<PaperRead> {
    return this.post(`${dayRoute(place)}/papers`, paper, signal);
  }

  takeBackPaper(place: DayPlace, name: string): Promise<PaperTakenBack> {
    return this.post(`${dayRoute(place)}/papers/take-back`, { name });
  }

  /** The day's report: a page to read and to print, and a CSV. */
  async dayReport(place: DayPlace): Promise<TextFile[]> {
    return (await this.call<{ files: TextFile[] }>(`${dayRoute(place)}/export?kind=report`, {})).files;
  }

  /** What a production wants its pictures to be, and the looks that were set. */
  looks(production: string, signal: AbortSignal): Promise<ProductionLooks> {
    return this.call(route`productions/${production}/looks`, { signal });
  }

  /** Sets a look in the name of who is signed in, or takes one back. */
  setLook(production: string, look: NewLook): Promise<unknown> {
    return this.post(route`productions/${production}/looks`, look);
  }

  /** The characters of a production, and what the people who play them agreed to. */
  characters(production: string, signal: AbortSignal): Promise<Characters> {
    return this.call(route`productions/${production}/characters`, { signal });
  }

  async addCharacter(production: string, character: NewCharacter): Promise<Character> {
    const path = route`productions/${production}/characters`;
    return (await this.post<{ character: Character }>(path, character)).character;
  }

  /** Withdraws a person's consent: what tells them from others is erased. */
  withdraw(production: string, id: string): Promise<unknown> {
    return this.post(route`productions/${production}/characters/${id}/withdraw`, {});
  }

  /** Says which characters may be seen in clips of a roll. */
  listCast(place: RollPlace, cast: NewCast): Promise<unknown> {
    return this.post(`${rollRoute(place)}/cast`, cast);
  }

  /** Tells a clip's slate in the name of who is signed in. */
  tellSlate(place: RollPlace, slate: NewSlate): Promise<unknown> {
    return this.post(`${rollRoute(place)}/slate`, slate);
  }

  /** What was said, slated and recognised in a production. */
  find(production: string, { words, character }: Sought, signal: AbortSignal): Promise<Findings> {
    const asked = new URLSearchParams({ q: words, ...(character && { character }) });
    return this.call(`${route`productions/${production}/find`}?${asked}`, { signal });
  }

  analyseAgain(production: string, what: NewAnalysis): Promise<unknown> {
    return this.post(route`productions/${production}/analyse`, what);
  }

  /** What analysis has cost. For producers and admins. */
  spend(production: string, signal: AbortSignal): Promise<Spend> {
    return this.call(route`productions/${production}/spend`, { signal });
  }

  grant(production: string): Promise<Grant> {
    return this.call(route`productions/${production}/grants`, { method: "POST" });
  }

  private post<T>(path: string, body: object, signal: AbortSignal | null = null): Promise<T> {
    const headers = { "Content-Type": "application/json" };
    return this.call<T>(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  private async call<T>(path: string, init: RequestInit): Promise<T> {
    let response = await this.attempt(path, init, await this.session.token());
    if (response.status === 401) response = await this.attempt(path, init, await this.session.renew());
    if (response.status === 401) throw this.session.end();
    return answerOf<T>(response);
  }

  private attempt(path: string, init: RequestInit, token: string): Promise<Response> {
    return request(`api/${path}`, { ...init, headers: { ...init.headers, Authorization: token } });
  }
}

/** One request; no answer at all becomes a sentence, a cancelled one stays an AbortError. */
export async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { cache: "no-store", ...init });
  } catch (error) {
    if (error instanceof TypeError) throw unreachable();
    throw error;
  }
}

export async function answerOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw await failureOf(response);
  return (await response.json()) as T;
}

function dayRoute({ production, unit, day }: DayPlace): string {
  return route`productions/${production}/units/${unit}/days/${day}`;
}

function rollRoute(place: RollPlace): string {
  return `${dayRoute(place)}${route`/rolls/${place.roll}`}`;
}

function route(strings: TemplateStringsArray, ...parts: string[]): string {
  return String.raw({ raw: strings }, ...parts.map(encodeURIComponent));
}
