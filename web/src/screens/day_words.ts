import type { Cite, DayFacts, Said, ShootingDay, Take } from "../contracts";
import { counts, FLAGS, isA } from "../film/takes";
import { count } from "../film/words";
import { onOneLine, visible } from "../ui/names";

/** Who says something, as people say it. */
export function citeWords({ source, paper, line }: Cite): string {
  if (source === null) return `${paper} itself`;
  if (source === "PERSON") return paper;
  if (source === "SLATE") return `the slate in ${paper}, as a model reads it`;
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
  const timeZone = zone !== null && isKnown(zone) ? zone : "UTC";
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
    hour12: false,
  });
  const first = new Date(call ?? wrap ?? "");
  const last = wrap ? new Date(wrap) : null;
  const over = last && day.format(last) !== day.format(first) ? ` ${day.format(last)},` : "";
  const words = call
    ? `${day.format(first)}, ${time.format(first)}${last ? ` –${over} ${time.format(last)}` : ""}`
    : `${day.format(first)}, wrap ${time.format(first)}`;
  return `${words} · ${timeZone.replaceAll("_", " ")}`;
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

/** 6468 → "1 h 48 min"; below a minute in seconds. */
export function runtimeWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes === 0) return `${Math.round(seconds)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What brings a day's papers in, as it is typed into a shell, word by word. */
export function importCommand(
  { production, unit, day }: Pick<ShootingDay, "production" | "unit" | "day">,
  username: string,
): string[] {
  const words = ["circletake", "notes", "import", "script.csv", "--production", production, "--day", day];
  return [...words, ...(unit === "main" ? [] : ["--unit", unit]), "--as", username];
}
