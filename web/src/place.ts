/** Where the person is: production → day → take, or roll of a day → clip, or the roll's report; its characters, or a search. It lives in the address, so a reload or a login returns to it. */

/** A unit's shooting day. */
export interface DayPlace {
  production: string;
  unit: string;
  day: string;
}

export interface RollPlace extends DayPlace {
  roll: string;
}

/** What of a day is looked at: takes in which all of these words are, or one of its worklists. */
export interface Shown {
  words: string;
  list: string | null;
}

/** What is looked for in a production: words, and a character, where all takes with one are meant. */
export interface Sought {
  words: string;
  character: string | null;
}

export type Place =
  | { at: "productions" }
  | { at: "production"; production: string }
  | { at: "characters"; production: string }
  | ({ at: "find"; production: string } & Sought)
  | ({ at: "day" } & DayPlace & Shown)
  | ({ at: "take"; take: string } & DayPlace)
  | ({ at: "roll" } & RollPlace)
  | ({ at: "report" } & RollPlace)
  | ({ at: "clip"; clipId: string; version: string; frame?: number | undefined } & RollPlace)
  | { at: "nowhere" };

/** As the studio makes ids of takes. */
const TAKE = /^[0-9a-f]{20}$/;

/** "#/NIGHTFALL/main/D014/A001" → the place it names. */
export function parsePlace(hash: string): Place {
  const [path = "", ...asked] = hash.split("?");
  const asks = new URLSearchParams(asked.join("?"));
  let parts: string[];
  try {
    parts = path
      .replace(/^#?\/?/, "")
      .split("/")
      .filter(Boolean)
      .map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return { at: "nowhere" };
    throw error;
  }
  const [production, unit, day, roll, clipId, version] = parts;
  if (production === undefined) return { at: "productions" };
  if (unit === undefined) return { at: "production", production };
  if (day === undefined && unit === "characters") return { at: "characters", production };
  if (day === undefined && unit === "find")
    return { at: "find", production, words: asks.get("q") ?? "", character: asks.get("character") };
  if (day === undefined || parts.length > 6) return { at: "nowhere" };
  if (roll === undefined)
    return { at: "day", production, unit, day, words: asks.get("q") ?? "", list: asks.get("list") };
  if (roll === "take" && version === undefined && TAKE.test(clipId ?? ""))
    return { at: "take", production, unit, day, take: clipId as string };
  if (clipId === undefined) return { at: "roll", production, unit, day, roll };
  if (version === undefined)
    return clipId === "report" ? { at: "report", production, unit, day, roll } : { at: "nowhere" };
  const frame = /^\d{1,9}$/.exec(asks.get("frame") ?? "")?.[0];
  return {
    at: "clip",
    production,
    unit,
    day,
    roll,
    clipId,
    version,
    ...(frame !== undefined && { frame: Number(frame) }),
  };
}

/** A place → its address within the page. */
export function address(place: Place): string {
  switch (place.at) {
    case "production":
      return path(place.production);
    case "characters":
      return path(place.production, "characters");
    case "find":
      return `${path(place.production, "find")}${asking({ q: place.words, character: place.character })}`;
    case "day":
      return `${path(place.production, place.unit, place.day)}${asking({ q: place.words, list: place.list })}`;
    case "take":
      return path(place.production, place.unit, place.day, "take", place.take);
    case "roll":
      return path(place.production, place.unit, place.day, place.roll);
    case "report":
      return path(place.production, place.unit, place.day, place.roll, "report");
    case "clip":
      return `${path(place.production, place.unit, place.day, place.roll, place.clipId, place.version)}${asking(
        {
          frame: place.frame === undefined ? null : String(place.frame),
        },
      )}`;
    default:
      return "#/";
  }
}

function path(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

function asking(asks: Record<string, string | null>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(asks)) if (value) given.set(name, value);
  return given.size > 0 ? `?${given}` : "";
}
