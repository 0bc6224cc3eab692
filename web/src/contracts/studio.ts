/** What a studio holds, and what it says when something went wrong. */

import type { Light } from "./card";

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

export interface TextFile {
  name: string;
  text: string;
}

export interface Verdict {
  code: string | null;
  sentence: string | null;
  next_step: string | null;
}

export interface Grant {
  grant: string;
  /** Seconds since 1970. */
  expires_at: number;
}
