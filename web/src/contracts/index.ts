/** What the API answers. Labels and names in it come from cards: they are only ever shown as text. */

export type * from "./analysis";
export type * from "./card";
export type * from "./characters";
export type * from "./clip";
export type * from "./day";
export type * from "./look";
export type * from "./paper";
export type * from "./report";
export type * from "./studio";
