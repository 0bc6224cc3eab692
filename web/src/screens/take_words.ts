/** What is told of a take's cameras, in words. */

import type { Cite, ClipOfDay, How, SoundPart } from "../contracts";
import { decimal, parseRational, type Rational } from "../film/rational";
import { visible } from "../ui/names";
import { citeWords } from "./day_words";

/** Rates that differ by less than this part are one: papers have 24 for 23.976. As the studio has it. */
const SAME_RATE = 0.01;

/** Whose sound a clip's picture carries: in a word, and as a sentence. */
export function soundWords({ sound, has_sound, silent }: ClipOfDay): { short: string; sentence: string } {
  if (sound?.applied) return { short: "mix", sentence: visible(sound.sentence) };
  const own = has_sound ? "camera sound" : "no sound";
  if (sound) return { short: own, sentence: `${visible(sound.sentence)} Its picture does not carry it yet.` };
  if (has_sound)
    return {
      short: own,
      sentence: "It carries the camera's own sound: no recorder's sound was found for it.",
    };
  if (silent) return { short: own, sentence: "It has no sound, and none is expected: MOS or off speed." };
  return { short: own, sentence: "It has no sound, and no recorder's sound was found for it." };
}

/** That a clip was shot at another rate than it plays at; null where it was not, or nobody said. */
export function offSpeed({ facts }: SoundPart, { rate }: ClipOfDay): string | null {
  const told = facts.sensor_fps?.value;
  if (typeof told !== "string") return null;
  const [sensor, plays] = [parseRational(told), parseRational(rate)];
  const off = number(sensor) / number(plays);
  if (Math.abs(off - 1) < SAME_RATE) return null;
  const times = off > 1 ? `${round(off)} times slower` : `${round(1 / off)} times faster`;
  return `Off speed: recorded at ${decimal(sensor, 3)} and played at ${decimal(plays, 3)}, ${times}. In step only where it begins.`;
}

function number({ numerator, denominator }: Rational): number {
  return Number(numerator) / Number(denominator);
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Who says something: all of them, each once. */
export function citesWords(cites: readonly Cite[]): string {
  return visible([...new Set(cites.map(citeWords))].join(" · "));
}

const HOW: Record<How, string> = {
  ITSELF: "what it says itself",
  NAME: "its name",
  TIMECODE: "timecode",
  SLATE: "its slate, as a model read it",
  JAM: "jam timecode",
};

/** What ties a recording to a take, and how sure that is. */
export function howWords({ how, confidence }: SoundPart): string {
  const words = how.map((each) => HOW[each] ?? each.toLowerCase()).join(", ");
  return `${words} · ${Math.round(confidence * 100)} %`;
}
