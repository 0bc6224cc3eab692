/** Characters, who plays them, and what those people agreed to. */

export type Scope = "SEARCH" | "CONSISTENCY" | "REPLICA";

export interface Character {
  id: string;
  name: string;
  /** Who plays the character. */
  person: string;
  scopes: Scope[];
  /** Empty: all of the production. */
  scenes: string[];
  /** The last day on which the consent holds, as 2027-03-31. */
  expires: string;
  guardian: string | null;
  /** What was signed. Who withdraws it withdraws every character that stands on it. */
  document_sha256: string;
  withdrawn_at: string | null;
  /** What was deleted after withdrawal or expiry; null while nothing was. */
  erased: { references: number; appearances: number; objects: number; at: string } | null;
  references: { number: number; state: string; why: string | null }[];
}

export interface Characters {
  characters: Character[];
  /** Whether who asks is told of anybody: a vendor is not. */
  may_see: boolean;
  /** Whether who asks may add one. */
  may_edit: boolean;
  /** The distance up to which a face is taken to be a character's. */
  threshold: number;
}

export interface NewCharacter {
  name: string;
  consent: {
    person: string;
    scopes: Scope[];
    scenes: string[];
    expires: string;
    document_sha256: string;
    minor: boolean;
    guardian: string | null;
  };
  /** JPEG pictures in base64. */
  references: string[];
}

/** Which characters a person says may be seen in these clips. */
export interface NewCast {
  clips: { clip_id: string; version: string }[];
  characters: string[];
}

/** A person's word on a slate; empty strings take it back. */
export interface NewSlate extends Record<"scene" | "setup" | "slate" | "take", string> {
  clip_id: string;
  version: string;
}

/** What a search of a production found. */
export interface Findings {
  found: Found[];
  /** How many clips were searched. */
  clips: number;
  /** There is more than is told. */
  more: boolean;
  /** What came within the last minute is not searched yet. */
  behind: boolean;
}

export interface Found {
  unit: string;
  day: string;
  roll: string;
  clip_id: string;
  version: string;
  title: string;
  slate: { scene: string | null; slate: string | null; take: string | null };
  /** `timecode`: null where the clip has none, or none that is known. */
  matches: { in: string; text: string; frame: number | null; timecode: string | null }[];
}
