import type { Cite, DayFacts, Said, ShootingDay, Take } from "../contracts";
import { counts, FLAGS, isA } from "../film/takes";
import { count } from "../film/words";
import { onOneLine, visible } from "../ui/names";

/** Who says something, as people say it: the person or the paper, without the line. */
export function whoWords({ source, paper }: Pick<Cite, "source" | "paper">): string {
  if (source === null) return `${paper} itself`;
  if (source === "SLATE") return `the slate in ${paper}, as a model reads it`;
  return source === "EXPORT" ? `an export of this day (${paper})` : paper;
}

/** Who says something, and on which line. */
export function citeWords(cite: Cite): string {
  const { source, paper, line } = cite;
  if (source === null || source === "PERSON" || source === "SLATE") return whoWords(cite);
  if (source === "EXPORT") return `an export of this day (${paper}, line ${line})`;
  return line === 0 ? `the header of ${paper}` : `${paper}, line ${line}`;
}

/** What a field of a take or a recording is called. */
const FIELDS: Record<string, string> = {
  exposure_index: "EI",
  white_balance: "white balance",
  sensor_fps: "sensor frame rate",
  sound_roll: "sound roll",
  starts: "timecode",
  CIRCLED: "circle",
  ...Object.fromEntries(FLAGS.map(([flag, , words]) => [flag, words])),
};

export function fieldWords(field: string): string {
  return FIELDS[field] ?? field.replaceAll("_", " ").toLowerCase();
}

/** What a person said, in short: "lens 50 · circled". */
export function saidWords({ clips, sounds, flags, ...fields }: Said): string {
  const of = [...(clips ?? []), ...(sounds ?? [])].join(", ");
  const marks = Object.entries(flags ?? {}).map(([flag, is]) => `${is ? "" : "not "}${flagWords(flag)}`);
  const told = Object.entries(fields).flatMap(([field, value]) =>
    typeof value === "string" && field !== "line" ? [`${fieldWords(field)} ${onOneLine(value)}`] : [],
  );
  return visible([of, ...told, ...marks].filter(Boolean).join(" · "));
}

/** Takes that have a number; wild tracks, and recordings without a number, are counted apart. */
export function takesWords(takes: readonly Take[]): string {
  const wild = takes.filter((take) => isA(take, "WILD_TRACK")).length;
  const counted = takes.filter(counts).length;
  const loose = takes.length - wild - counted;
  const words = [
    counted > 0 && count(counted, "take"),
    wild > 0 && count(wild, "wild track"),
    loose > 0 && count(loose, "recording"),
  ];
  return words.filter(Boolean).join(" · ");
}

export function flagWords(flag: string): string {
  return flag === "CIRCLED" ? "circled" : fieldWords(flag);
}

/** When the day was called and wrapped, by the clocks of its zone; by UTC where this browser knows no such zone. */
export function clockWords({ call, wrap, zone }: DayFacts): string {
  if (!call && !wrap) return zone ?? "";
  const timeZone = zoneOf(zone);
  const day = new Intl.DateTimeFormat(undefined, {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "long",
  });
  const time = new Intl.DateTimeFormat(undefined, {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const first = new Date(call ?? wrap ?? "");
  const last = wrap ? new Date(wrap) : null;
  const over = last && day.format(last) !== day.format(first) ? ` ${day.format(last)},` : "";
  const words = call
    ? `${day.format(first)}, ${time.format(first)}${last ? ` –${over} ${time.format(last)}` : ""}`
    : `${day.format(first)}, wrap ${time.format(first)}`;
  return `${words} · ${timeZone.replaceAll("_", " ")}`;
}

/** The day's zone; UTC where none is set, or this browser knows none of that name. */
function zoneOf(zone: string | null): string {
  return zone !== null && isKnown(zone) ? zone : "UTC";
}

/** When somebody said something, by the clocks of the day's zone: "2026-10-01 07:12 CEST", as in the day's report. */
export function momentWords(iso: string, { zone }: Pick<DayFacts, "zone">): string {
  const at = new Date(iso);
  const parts = (locale: string) => {
    const shown = new Intl.DateTimeFormat(locale, {
      timeZone: zoneOf(zone),
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    });
    return Object.fromEntries(shown.formatToParts(at).map(({ type, value }) => [type, value]));
  };
  const { year, month, day, hour, minute, timeZoneName = "" } = parts("en-GB");
  // Each language has letters for the zones of its own people alone: CEST, but EDT only in American.
  const named = /^GMT[+-]/.test(timeZoneName) ? parts("en-US").timeZoneName : timeZoneName;
  return `${year}-${month}-${day} ${hour}:${minute} ${named}`;
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat(undefined, { timeZone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** 6468 → "1:47:48": hours, minutes and seconds, as in the day's report. */
export function runtimeWords(seconds: number): string {
  const whole = Math.round(seconds);
  const [minutes, second] = [Math.floor(whole / 60) % 60, whole % 60];
  return [Math.floor(whole / 3600), ...[minutes, second].map((each) => String(each).padStart(2, "0"))].join(
    ":",
  );
}

/** What brings a day's papers in, as it is typed into a shell, word by word. */
export function importCommand(
  { production, unit, day }: Pick<ShootingDay, "production" | "unit" | "day">,
  username: string,
): string[] {
  const words = ["circletake", "notes", "import", "script.csv", "--production", production, "--day", day];
  return [...words, ...(unit === "main" ? [] : ["--unit", unit]), "--as", username];
}
