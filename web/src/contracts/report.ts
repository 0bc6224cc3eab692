/** A roll's camera report. */

import type { Act, RollCard } from "./card";

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
