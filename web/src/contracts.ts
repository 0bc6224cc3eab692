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
}

export interface Verdict {
  code: string | null;
  sentence: string | null;
  next_step: string | null;
}

export interface Clip extends Verdict {
  name: string;
  path: string;
  clip_id: string;
  version: string;
  state: string;
  received_at: string;
  ended_at: string | null;
  seconds: number | null;
  inspection: Inspection | null;
  media: Media | null;
}

/** A file of the card that is not a clip: a sidecar, sound, a manifest, or something unknown. */
export interface CardFile extends Verdict {
  path: string;
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

export interface Grant {
  grant: string;
  /** Seconds since 1970. */
  expires_at: number;
}
