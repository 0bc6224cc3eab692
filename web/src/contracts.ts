/** What the API answers. Labels and names in it come from cards: they are only ever shown as text. */

export interface Production {
  production: string;
  roles: string[];
}

export interface Roll {
  unit: string;
  day: string;
  roll: string;
  files: number;
  open: number;
  closed: boolean;
  closing: number;
  clips: Record<string, number>;
  /** How the roll's card stands; null while nobody has judged it. */
  card: Light | null;
}

export type Light = "GREEN" | "AMBER" | "RED";
export type Axis = "BITS" | "PICTURE";
export type Deed = "RELEASE" | "ACKNOWLEDGE" | "SIGN_OFF" | "ADD_COPY";

/** A roll's card: the worst of its insertions that no other one covers. */
export interface RollCard {
  status: Light | null;
  bits: Light | null;
  picture: Light | null;
  cards: Card[];
}

/** One insertion of a card, and whether it may be formatted. */
export interface Card {
  offload: string;
  status: Light;
  bits: Light;
  picture: Light;
  /** Null until the first verdict. */
  judged_at: string | null;
  files: Record<"listed" | "received" | "matched" | "missing" | "changed" | "unlisted" | "pending", number>;
  copies: Copy[];
  reasons: Reason[];
  more_reasons: number;
  released: (Pick<Act, "by" | "role" | "at" | "reason"> & { status: Light }) | null;
  acts: Act[];
  structure: { camera: string; sentence: string; known: boolean } | null;
  origin: string;
  /** The insertion in which all of this one lies too. */
  covered_by: string | null;
}

export interface Copy {
  volume: string;
  kind: string;
  serial: string | null;
  offsite: boolean;
  read_back_at: string;
  files: number;
  counts: boolean;
  sentence: string;
}

export interface Reason {
  axis: Axis;
  light: Light;
  code: string;
  path: string | null;
  /** The version of the file or clip that is meant, where it is one. */
  about: string | null;
  sentence: string;
  next_step: string;
  /** What a named person may do about it. */
  closable: "ACKNOWLEDGE" | "SIGN_OFF" | null;
}

/** What a named person did to a card. */
export interface Act {
  act: Deed;
  by: string;
  role: string;
  at: string;
  reason: string;
  code: string | null;
  path: string | null;
  volume: string | null;
}

/** What a person asks to be done to a card. */
export interface NewAct {
  act: Exclude<Deed, "ADD_COPY">;
  offload: string;
  reason: string;
  /** What is answered for, as the card's reason has it. */
  code?: string;
  path?: string | null;
  about?: string | null;
}

export interface TextFile {
  name: string;
  text: string;
}

export interface Verdict {
  code: string | null;
  sentence: string | null;
  next_step: string | null;
}

export interface Clip extends Verdict {
  name: string;
  path: string;
  /** The insertion that it came with. */
  offload: string;
  clip_id: string;
  version: string;
  spans: { path: string }[];
  state: string;
  received_at: string;
  ended_at: string | null;
  seconds: number | null;
  inspection: Inspection | null;
  media: Media | null;
  /** What a RAW clip tells without its maker's decoder; null for every other clip. */
  raw: RawFacts | null;
  /** Whose picture stands for a RAW clip. */
  picture_from: PictureFrom | null;
  /** Why a proxy of its name does not stand for it. */
  proxy_refused: { sentence: string } | null;
  /** True for a proxy that the camera, the DIT or a lab made of another clip. */
  external_proxy: boolean;
}

export interface RawFacts {
  kind: string | null;
  maker: string | null;
  codec: string | null;
  rate: string | null;
  frames: number | null;
  start_timecode: string | null;
  reel: string | null;
  width: number | null;
  height: number | null;
  camera: CameraFacts | null;
  state: string;
}

/** What the camera wrote about itself, in its own words. */
export type CameraFacts = Record<
  "maker" | "model" | "serial" | "lens" | "exposure_index" | "shutter" | "white_balance" | "shot_at",
  string | null
>;

export interface PictureFrom {
  source: string;
  label: string;
  confirmed: boolean;
  sentence: string;
  /** The clip that the picture is of; null where it is the clip's own. */
  clip_id: string | null;
  version: string | null;
  media: Media | null;
}

/** A file of the card that is not a clip: a sidecar, sound, a manifest, or something unknown. */
export interface CardFile extends Verdict {
  path: string;
  offload: string;
  kind: string;
  state: string;
}

export interface RollContents {
  clips: Clip[];
  files: CardFile[];
}

export interface Media {
  prefix: string;
  names: string[];
}

export interface Inspection {
  container: string;
  size_bytes: number;
  duration_s: string;
  video: {
    codec: string;
    profile: string | null;
    pixel_format: string;
    width: number;
    height: number;
    sample_aspect_ratio: string | null;
    rotation_degrees: number;
    field_order: string | null;
    rate: string;
    variable_rate: boolean;
    frames: number;
    frames_counted: boolean;
    color: Record<"primaries" | "transfer" | "matrix" | "range", string | null>;
  };
  audio: { codec: string; channels: number; layout: string | null; sample_rate: number }[];
  start_timecode: string | null;
  reel: string | null;
  camera: CameraFacts | null;
}

/** Frames `first` up to and including `last`, counted from 0. */
export interface FrameSpan {
  first: number;
  last: number;
}

export interface Measurements {
  frames_decoded: number;
  loudness: {
    integrated_lufs: number | null;
    range_lu: number | null;
    true_peak_dbtp: number | null;
  } | null;
  scene_changes: number[];
  black: FrameSpan[];
  frozen: FrameSpan[];
  silent: FrameSpan[];
}

/** A roll's camera report. Null is "nobody said". */
export interface Report {
  header: RollLabels & {
    card: RollCard;
    clips: number;
    duration_s: string;
    size_bytes: number;
    other_files: Record<string, number>;
    /** Proxies of other clips, which have no row. */
    proxies: number;
    /** What named people did, the first first. */
    acts: AnsweredAct[];
  };
  rows: ReportRow[];
  csv: string;
}

export interface AnsweredAct extends Act {
  offload: string;
  /** What it was about was replaced since. */
  replaced: boolean;
}

interface RollLabels {
  production: string;
  unit: string;
  day: string;
  roll: string;
}

export interface ReportRow {
  roll: string;
  clip: string;
  scene: string | null;
  take: string | null;
  circle: string | null;
  tc_in: string | null;
  tc_out: string | null;
  frames: number | null;
  duration: string | null;
  fps: string | null;
  shutter: string | null;
  ei: string | null;
  wb: string | null;
  lens: string | null;
  codec: string | null;
  resolution: string | null;
  size_bytes: number;
  digest: string | null;
  copies: string | null;
  state: string;
  picture: string;
  notes: string | null;
  path: string;
  offload: string;
  poster: string | null;
}

export interface Grant {
  grant: string;
  /** Seconds since 1970. */
  expires_at: number;
}
