/** What is known of a clip and of the files beside it. Labels and names come from cards: they are only ever shown as text. */

import type { Analysis, Appearance, Slate, SlateFrom } from "./analysis";
import type { AppliedLook, MadeBy } from "./look";
import type { Verdict } from "./studio";

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
  /** What its pictures show; null where they show what was recorded. */
  look: AppliedLook | null;
  /** What its pictures were made by; null where that is not known, as while newer ones are made. */
  made_by: MadeBy | null;
  /** Why it could not be made anew as people have asked meanwhile. */
  not_made_anew: { sentence: string; next_step: string } | null;
  /** The proxies for editing that are there, by the names of their files. */
  editorial: string[];
  /** The recorder's tracks that its proxies carry, the mix first, and what their place rests on. */
  recorder: { tracks: string[]; sentence: string } | null;
  /** What models were asked of it, and where that stands. */
  analyses: Analysis[];
  slate: Slate | null;
  slate_from: SlateFrom | null;
  /** Its faces that may be characters. */
  people: Appearance[];
  /** The characters that may be seen in it; null while nobody said. */
  cast: string[] | null;
  /** Who of them is not looked for all the same, why, and what to do about it. */
  not_looked_for: { character: string; name: string; why: string; next_step: string }[];
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
  /** Absent where the pictures were made before quality control looked at them. */
  findings?: Finding[];
}

/** Something that quality control saw: a fact for a person to judge. */
export interface Finding {
  kind: string;
  /** Null is all of the clip. */
  frames: FrameSpan | null;
  sentence: string;
  /** Nothing is wrong; it is only good to know. */
  information: boolean;
  /** The cell of the filmstrip that shows it. */
  thumb: [x: number, y: number, width: number, height: number] | null;
}
