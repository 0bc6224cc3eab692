/** A unit's shooting day as the studio tells it: what follows from everything that was said and recorded. */

import type { Media } from "./clip";

export type Source = "PERSON" | "SCRIPT" | "SOUND" | "CAMERA" | "SLATE" | "EXPORT";

export type Flag =
  | "CIRCLED"
  | "PICKUP"
  | "SERIES"
  | "MOS"
  | "TAIL_SLATE"
  | "FALSE_START"
  | "WILD_TRACK"
  | "VFX_REFERENCE";

/** Text, yes or no, or a rate as "24000/1001". */
export type Value = string | boolean;

/** Who says something: a line of a paper, a person (line 0), or, without a source, the recording itself. */
export interface Cite {
  source: Source | null;
  paper: string;
  line: number;
}

/** A value, and all who say so. */
export interface Saying {
  value: Value;
  by: Cite[];
}

/** A value that holds, and what others say instead. */
export interface Fact extends Saying {
  others: Saying[];
}

/** What makes two takes one: the setup, or the slate's number alone, and the take, as they are compared. */
export interface TakeKey {
  setup: string;
  take: string;
}

export type How = "ITSELF" | "NAME" | "TIMECODE" | "SLATE" | "JAM";

/** A recording's part in a take: frames of a clip or samples of a sound, from `first`, `length` of them. */
export interface SoundPart {
  id: string;
  name: string;
  first: number;
  length: number;
  how: How[];
  confidence: number;
  by: Cite[];
  facts: Record<string, Fact>;
}

export interface ClipPart extends SoundPart {
  /** Seconds of its first frame after the first frame of the take's earliest clip; null where nobody knows. */
  at_s: number | null;
}

export interface Take {
  id: string;
  /** As people call it: 12A take 3. */
  called: string;
  number: TakeKey;
  scene: Fact | null;
  setup: Fact | null;
  slate: Fact | null;
  take: Fact | null;
  flags: Partial<Record<Flag, Fact>>;
  /** What was said of a camera or a sound without telling which of several. */
  facts: Record<string, Fact>;
  notes: Saying[];
  by: Cite[];
  clips: ClipPart[];
  sounds: SoundPart[];
}

export interface ClipSound {
  name: string;
  /** LISTENED, TIMECODE, …: what its place under the picture rests on; null where it has none. */
  standing: string | null;
  confidence: number;
  sentence: string;
  /** Whether the clip's pictures carry it already. */
  applied: boolean;
}

export interface ClipOfDay {
  roll: string;
  clip_id: string;
  version: string;
  name: string;
  camera: string | null;
  state: string;
  rate: string;
  frames: number;
  start_timecode: string | null;
  drop: boolean;
  media: Media | null;
  has_sound: boolean;
  /** Nobody expects sound of it: MOS, or off speed. */
  silent: boolean;
  sound: ClipSound | null;
  listed: { mismatch: string; sentence: string }[];
}

export interface SoundOfDay {
  roll: string;
  name: string;
  rate: number;
  channels: number;
  frames: number;
  start_timecode: string | null;
  tracks: Record<string, string>;
  remarks: string[];
}

/** Two or more who say different things of one take, clip or sound. */
export interface Conflict {
  id: string;
  field: string;
  held: Saying;
  others: Saying[];
  take: string | null;
  clip: string | null;
  sound: string | null;
  settled: boolean;
}

export type Lack =
  | "CLIP_WITHOUT_TAKE"
  | "TAKE_WITHOUT_PICTURE"
  | "TAKE_WITHOUT_SOUND"
  | "SOUND_WITHOUT_PICTURE"
  | "CONFLICT"
  | "DOUBLED_TAKE"
  | "UNKNOWN_CLIP"
  | "UNKNOWN_SOUND"
  | "WHICH_RECORDING"
  | "BAD_TIMECODE";

/** One thing that waits for a person: what, where it was said, and what to do next. */
export interface Waiting {
  lack: Lack;
  sentence: string;
  next_step: string;
  where: Cite[];
  take: string | null;
  clip: string | null;
  sound: string | null;
  about: string | null;
}

export interface Footage {
  clips: number;
  takes: number;
  runtime: number;
}

export interface Summary {
  scenes: string[];
  setups: string[];
  takes: number;
  circled: number;
  false_starts: number;
  wild_tracks: number;
  all: Footage;
  circles: Footage;
  cameras: Record<string, Footage>;
  rolls: Record<string, Footage>;
  sounds: number;
  silent: number;
  silent_by_intent: number;
  sounds_without_picture: number;
}

export interface DayFacts {
  zone: string | null;
  call: string | null;
  wrap: string | null;
  kind: string | null;
}

/** What a person says; what is not in it is not said. */
export interface Said {
  scene?: string;
  setup?: string;
  slate?: string;
  take?: string;
  roll?: string;
  sound_roll?: string;
  clips?: string[];
  sounds?: string[];
  flags?: Partial<Record<Flag, boolean>>;
  note?: string;
  [field: string]: string | string[] | Partial<Record<Flag, boolean>> | undefined;
}

export interface Correction {
  id: string;
  said: Said;
  by: string;
  at: string;
}

export interface Paper {
  name: string;
  source: Source;
  sha256: string;
  rows: number;
  by: string;
  at: string;
  columns: Record<string, string>;
  problems: { line: number; sentence: string }[];
}

export interface ShootingDay {
  production: string;
  unit: string;
  day: string;
  facts: DayFacts;
  may_say: boolean;
  takes: Take[];
  clips: Record<string, ClipOfDay>;
  sounds: Record<string, SoundOfDay>;
  conflicts: Conflict[];
  worklist: Waiting[];
  gaps: { setup: string; missing: number[] }[];
  clocks: { one: string; other: string; meet: number; miss: number }[];
  loose: Cite[];
  summary: Summary;
  papers: Paper[];
  corrections: Correction[];
}

/** A day in a production's list of days. */
export interface DayListed {
  unit: string;
  day: string;
  facts: DayFacts;
  summary: Summary;
}
