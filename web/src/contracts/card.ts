/** May a card be formatted, and why. */

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
