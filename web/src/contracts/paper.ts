/** A paper that somebody brings in, as the studio takes it, and what it tells of it before and after. */

import type { Source, Value } from "./day";

/** Whose papers can be brought in. */
export type Whose = Extract<Source, "SCRIPT" | "SOUND" | "CAMERA">;

export interface NewPaper {
  name: string;
  source: Whose;
  /** Its bytes as they are, compressed by gzip, in base64. */
  body: string;
  /** What its headings hold, where a person says so; "" is nothing. */
  columns: Record<string, string>;
  /** Without it, the studio looks and changes nothing. */
  apply: boolean;
  /** Whether `columns` holds for all such papers of the production. */
  remember: boolean;
}

/** A row as it was read: a field, or the flags, and the line that it stands on. */
export interface RowRead {
  line: number;
  flags?: Record<string, boolean>;
  [field: string]: Value | string[] | number | Record<string, boolean> | undefined;
}

export interface TakeChange {
  take: string;
  /** "lens of A001C003" where it is of a recording. */
  field: string;
  was: string | null;
  is: string | null;
}

/** What is said to be different on the day. `more`: of which of these there are how many beyond the listed ones. */
export interface Changes {
  takes_added: string[];
  takes_changed: TakeChange[];
  takes_gone: string[];
  conflicts_added: { sentence: string }[];
  worklist_added: { sentence: string }[];
  worklist_settled: { sentence: string }[];
  more: Record<string, number>;
}

export interface PaperRead {
  /** Heading → what it holds. */
  columns: Record<string, string>;
  /** Headings that nobody knows. */
  unknown: string[];
  /** Headings of which nothing is read, by a person's word or as something else tells it better. */
  left_out: string[];
  /** Heading → the first different cells below it. */
  cells: Record<string, string[]>;
  /** The studio wrote it itself: a row that nobody changed counts only where nobody else speaks. */
  is_export: boolean;
  /** What stands above its table. */
  above: Record<string, string>;
  /** What all of it is written in; null where that is not one thing. */
  encoding: string | null;
  problems: { line: number; sentence: string }[];
  rows: number;
  first: RowRead[];
  changes: Changes;
  applied: boolean;
  /** A paper of this name was there before. */
  replaced: boolean;
}

/** What of a paper that was taken back others say, too. */
export interface StillSaid {
  by: { source: Source | null; paper: string }[];
  what: { take: string; field: string | null; value: string | null }[];
  more: number;
}

export interface PaperTakenBack {
  name: string;
  changes: Changes;
  still_said: StillSaid[];
}
