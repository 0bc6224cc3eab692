/** Circletake's review page: what arrived, whether it is fine, and the pictures. */

import "@fontsource-variable/inter/index.css";
import "./look/page.css";
import { Api, fetchConfig } from "./account/api";
import { Cognito } from "./account/cognito";
import { Grants } from "./account/grants";
import { Session } from "./account/session";
import { address, type Place, parsePlace } from "./place";
import { characters } from "./screens/characters";
import { clip } from "./screens/clip";
import { day } from "./screens/day";
import { days } from "./screens/days";
import { find } from "./screens/find";
import { header } from "./screens/header";
import { login } from "./screens/login";
import { productions } from "./screens/productions";
import { report } from "./screens/report";
import { knownRoles, type Studio } from "./screens/screen";
import { take } from "./screens/take";
import { wall } from "./screens/wall";
import { fill, h, setText } from "./ui/dom";
import { onKey } from "./ui/keys";
import { visible } from "./ui/names";
import { empty, loading, trouble } from "./ui/notice";

const page = document.getElementById("page") as HTMLElement;
const listeners = h("p", { class: "for-listeners", "aria-live": "polite" });
const stale = h("p", { class: "stale", role: "status", hidden: true });

async function start(): Promise<void> {
  fill(page, loading("Opening"));
  try {
    const cognito = new Cognito(await fetchConfig());
    run(cognito);
  } catch (error) {
    fill(page, trouble(error, start));
  }
}

function run(cognito: Cognito): void {
  let screen = new AbortController();
  let was: Place | null = null;
  const session = new Session(cognito, () =>
    render("Your session has ended. Sign in to go on where you were."),
  );
  let studio = opened(session);

  function render(note: string | null = null): void {
    screen.abort();
    screen = new AbortController();
    studio.calm();
    if (session.username === null) {
      studio = opened(session); // what one person was given is not there for the next
      document.title = "Circletake";
      fill(page, login(cognito, session, note, render));
      return;
    }
    const place = parsePlace(location.hash);
    document.title = titleOf(place);
    const node = screenAt(studio, place, was, screen.signal);
    const roles = (production: string) => knownRoles(studio, production, screen.signal);
    fill(page, header(place, session.username, signOut, roles), node, stale, listeners);
    scrollTo(0, 0); // a clip opened far down the wall begins at its top; coming back, the wall finds its place itself
    was = place;
  }

  async function signOut(): Promise<void> {
    screen.abort();
    fill(page, loading("Signing out"));
    const revoked = await session.signOut();
    history.replaceState(null, "", "#/");
    render(
      revoked
        ? "You are signed out."
        : "You are signed out here. Cognito did not confirm the end of the session.",
    );
  }

  addEventListener("hashchange", () => render());
  const findHere = () => {
    const place = parsePlace(location.hash);
    if (session.username === null || !("production" in place)) return;
    location.hash = address({ at: "find", production: place.production, words: "", character: null });
  };
  onKey("/", findHere);
  render();
}

function opened(session: Session): Studio {
  const api = new Api(session);
  const warnings = new Map<object, string>();
  const showWarning = () => {
    const [line] = warnings.values();
    stale.hidden = line === undefined;
    setText(stale, line ?? "");
  };
  return {
    api,
    grants: new Grants(api),
    get username() {
      return session.username ?? "";
    },
    seenRolls: new Map(),
    seenDays: new Map(),
    seenRoles: new Map(),
    announce: (line) => setText(listeners, line),
    warn: (source, line) => {
      if (line === null) warnings.delete(source);
      else warnings.set(source, line);
      showWarning();
    },
    calm: () => {
      warnings.clear();
      showWarning();
    },
  };
}

function screenAt(studio: Studio, place: Place, was: Place | null, signal: AbortSignal): HTMLElement {
  switch (place.at) {
    case "productions":
      return productions(studio, signal);
    case "production":
      return days(studio, place.production, signal);
    case "characters":
      return characters(studio, place.production, signal);
    case "find":
      return find(studio, place, signal);
    case "day":
      return day(studio, place, was?.at === "take" ? was.take : null, signal);
    case "take":
      return take(studio, place, signal);
    case "roll":
      return wall(studio, place, was?.at === "clip" ? `${was.clipId}/${was.version}` : null, signal);
    case "report":
      return report(studio, place, signal);
    case "clip":
      return clip(studio, place, signal);
    case "nowhere":
      return h(
        "main",
        { class: "screen" },
        empty("There is nothing here", "The address names no day, no roll and no clip."),
      );
  }
}

function titleOf(place: Place): string {
  switch (place.at) {
    case "production":
      return `${visible(place.production)} · Circletake`;
    case "characters":
      return `Characters · ${visible(place.production)} · Circletake`;
    case "find":
      return `Find · ${visible(place.production)} · Circletake`;
    case "day":
    case "take":
      return `${visible(place.day)} · ${visible(place.production)} · Circletake`;
    case "roll":
    case "report":
    case "clip":
      return `${visible(place.roll)} · ${visible(place.day)} · Circletake`;
    default:
      return "Circletake";
  }
}

void start();
