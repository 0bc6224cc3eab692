/** Takes by what is said of them: every word has to be there. */

import type { ShootingDay, Take } from "../contracts";
import { boardOf, FLAGS, isA, lensWords, text } from "./takes";

/** What may be asked for by its name: scene:12A, lens:50. */
const FIELDS = ["scene", "setup", "slate", "take", "camera", "lens", "note", "clip", "sound"] as const;
type Field = (typeof FIELDS)[number];

/** Fields that are meant whole: take:1 is not take 12. */
const WHOLE: readonly Field[] = ["scene", "setup", "slate", "take", "camera"];
/** In names of recordings a word counts in the middle as well, from so many characters. */
const LEAST_IN_A_NAME = 3;

interface Asked {
  field: Field | null;
  word: string;
}

/** 'scene:12A rain' → what is asked. */
function read(words: string): Asked[] {
  return words
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((each) => {
      const [, name = "", rest = ""] = /^([a-z]+):(.*)$/s.exec(each) ?? [];
      const field = FIELDS.find((known) => known === name) ?? null;
      if (field && !rest) return []; // somebody is in the middle of typing it
      return [{ field, word: field ? rest : each }];
    });
}

/** What was typed → the words to mark in a field. */
export function soughtIn(words: string, field: Field): string {
  return read(words)
    .filter((each) => each.field === null || each.field === field)
    .map(({ word }) => word)
    .join(" ");
}

type Texts = Record<Field, string[]> & { more: string[] };

function textsOf(day: ShootingDay, take: Take): Texts {
  const clips = take.clips.map(({ id, name }) => [name, day.clips[id]?.roll ?? ""]);
  const cameras = take.clips.map(({ id }) => day.clips[id]?.camera ?? "");
  return {
    scene: [text(take.scene)],
    setup: [boardOf(take), text(take.setup)],
    slate: [boardOf(take), text(take.slate)],
    take: [text(take.take), take.number.take],
    camera: cameras,
    lens: [lensWords(take, day)],
    note: take.notes.map(text),
    clip: clips.flat(),
    sound: take.sounds.map(({ name }) => name),
    more: [
      take.called,
      ...(isA(take, "CIRCLED") ? ["circled"] : []),
      ...FLAGS.flatMap(([flag, mark, words]) => (isA(take, flag) ? [mark, words] : [])),
    ],
  };
}

/** The takes in which every word is found, by scene, setup, take, camera, lens, note, and names of clips and sounds. */
export function findTakes(day: ShootingDay, words: string): Take[] {
  const asked = read(words);
  if (asked.length === 0) return day.takes;
  return day.takes.filter((take) => {
    const texts = textsOf(day, take);
    return asked.every((each) => isIn(texts, each));
  });
}

function isIn(texts: Texts, { field, word }: Asked): boolean {
  if (field && WHOLE.includes(field)) return texts[field].some((each) => each.toLowerCase() === word);
  const names =
    field === null || field === "clip" || field === "sound" ? [...texts.clip, ...texts.sound] : [];
  if (word.length >= LEAST_IN_A_NAME && names.some((each) => each.toLowerCase().includes(word))) return true;
  const all = field === null ? Object.values(texts).flat() : texts[field];
  return all.some((each) => begins(each.toLowerCase(), word));
}

/** Whether a word of a text begins with it. */
function begins(whole: string, word: string): boolean {
  for (let at = whole.indexOf(word); at >= 0; at = whole.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(whole[at - 1] ?? "")) return true;
  return false;
}
