/** What pictures are to look like: what was set, and what of it a proxy shows. */

import type { RollPlace } from "../place";

export type Rgb = [red: number, green: number, blue: number];

/** An ASC CDL: out = (in × slope + offset) ^ power for each colour, then the saturation. */
export interface Cdl {
  slope: Rgb;
  offset: Rgb;
  power: Rgb;
  saturation: number;
}

interface Lut {
  name: string;
}

/** How far a look reaches. What is nearer to the clip wins, CDL and LUT each by itself. */
export type LookLevel = "SHOW" | "DAY" | "SCENE" | "SETUP" | "CLIP";

/** What a proxy shows. Spaces are null where the production declares none. */
export interface AppliedLook {
  sentence: string;
  camera_space: string | null;
  grading_space: string | null;
  cdl: Cdl | null;
  cdl_from: string | null;
  lut: Lut | null;
  lut_from: string | null;
}

/** A CDL, a LUT, or both, set for a part of a production. */
export interface Look {
  level: LookLevel;
  /** The day, scene, setup or clip; empty for the show. */
  target: string;
  /** Of a clip: its roll, because names repeat from roll to roll. */
  roll: RollPlace | null;
  name: string;
  cdl: Cdl | null;
  lut: Lut | null;
  /** Who set it, or the sidecar that brought it. */
  source: string;
  at: string;
}

/** What a person asks to be set. Neither CDL nor LUT: what was set there is taken back. */
export interface NewLook extends Pick<Look, "level" | "target" | "roll" | "name" | "cdl"> {
  /** The text of a .cube file. */
  cube: string | null;
}

export interface ProductionLooks {
  recipe: Recipe;
  looks: Look[];
  /** Whether who asks may set one. */
  may_set: boolean;
}

/** What a production wants made of every clip; here only what the page tells of it. */
export interface Recipe {
  color: { grading_space: string | null };
}

/** What the recipe said that a clip's pictures were made by, whatever the production's recipe says now. */
export interface MadeBy {
  burn_in: { show: string[]; words: string | null };
  qc: { kinds: string[] };
}
