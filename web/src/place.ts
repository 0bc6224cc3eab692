/** Where the person is: production → roll of a day → clip, or the roll's report. It lives in the address, so a reload or a login returns to it. */

export interface RollPlace {
  production: string;
  unit: string;
  day: string;
  roll: string;
}

export type Place =
  | { at: "productions" }
  | { at: "production"; production: string }
  | ({ at: "roll" } & RollPlace)
  | ({ at: "report" } & RollPlace)
  | ({ at: "clip"; clipId: string; version: string } & RollPlace)
  | { at: "nowhere" };

/** "#/NIGHTFALL/main/D014/A001" → the place it names. */
export function parsePlace(hash: string): Place {
  let parts: string[];
  try {
    parts = hash
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
  if (day === undefined || roll === undefined || parts.length > 6) return { at: "nowhere" };
  if (clipId === undefined) return { at: "roll", production, unit, day, roll };
  if (version === undefined)
    return clipId === "report" ? { at: "report", production, unit, day, roll } : { at: "nowhere" };
  return { at: "clip", production, unit, day, roll, clipId, version };
}

/** A place → its address within the page. */
export function address(place: Place): string {
  switch (place.at) {
    case "production":
      return path(place.production);
    case "roll":
      return path(place.production, place.unit, place.day, place.roll);
    case "report":
      return path(place.production, place.unit, place.day, place.roll, "report");
    case "clip":
      return path(place.production, place.unit, place.day, place.roll, place.clipId, place.version);
    default:
      return "#/";
  }
}

function path(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}
