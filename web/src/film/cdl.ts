/** An ASC CDL, between its ten numbers, a text that people copy, and the XML files that grading tools write. */

import type { Cdl, Rgb } from "../contracts";

/** The picture as it is. */
export const IDENTITY: Cdl = { slope: [1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1 };

export const SOP = ["slope", "offset", "power"] as const;

/** A file of corrections is a few kB; a library of a thousand stays below this. */
export const MOST_CDL_BYTES = 1024 * 1024;

/** What was given makes no look; the message says why, in a sentence. */
export class LookFault extends Error {}

/** Four lines, one for each name and its numbers. */
export function cdlText(cdl: Cdl): string {
  return [...SOP.map((name) => `${name} ${cdl[name].join(" ")}`), `saturation ${cdl.saturation}`]
    .map((line) => line.charAt(0).toUpperCase() + line.slice(1))
    .join("\n");
}

/** A number to read: with the decimals that it needs, up to six as the grading tools write. */
export function figure(value: number): string {
  return String(Number(value.toFixed(6)));
}

/** What somebody typed → the number, with a comma or a point; null where it is none. */
export function numberOf(typed: string): number | null {
  const text = typed.trim().replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i.test(text) ? Number(text) : null;
}

/** Why these numbers are no grade of a picture, as a sentence; null where they are one. */
export function faultOf({ slope, offset, power, saturation }: Cdl): string | null {
  const all = [...slope, ...offset, ...power, saturation];
  if (!all.every((value) => Number.isFinite(value) && Math.abs(value) <= 1000))
    return "Each number must lie between -1000 and 1000.";
  if (slope.some((value) => value < 0)) return "A slope cannot be below 0.";
  if (power.some((value) => value <= 0)) return "A power must be above 0: at 0 every colour would be white.";
  if (saturation < 0) return "The saturation cannot be below 0.";
  return null;
}

export interface ReadCdl {
  cdl: Cdl;
  /** What the file calls it. */
  id: string | null;
  /** How many corrections the file holds; the first one was read. */
  of: number;
}

/** The text of a .cc, .ccc or .cdl → its first correction. Throws `LookFault`. */
export function readCdl(xml: string): ReadCdl {
  // No grading tool writes one, and entities are what such files are turned into weapons with.
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new LookFault("A CDL file holds no DOCTYPE; this one does.");
  const file = new DOMParser().parseFromString(xml, "application/xml");
  if (file.getElementsByTagName("parsererror").length > 0) throw new LookFault("This file is no whole XML.");
  // Tools differ in namespaces and in capitals (SOPNode, SopNode), not in names.
  const corrections = named(file, "colorcorrection");
  const [first] = corrections;
  if (!first) throw new LookFault("This file holds no ColorCorrection.");
  const [sop] = named(first, "sopnode");
  const [sat] = named(first, "satnode");
  if (!sop && !sat)
    throw new LookFault(
      "The first correction of this file has neither slope, offset and power nor a saturation.",
    );
  const cdl: Cdl = {
    slope: sop ? rgb(sop, "slope") : IDENTITY.slope,
    offset: sop ? rgb(sop, "offset") : IDENTITY.offset,
    power: sop ? rgb(sop, "power") : IDENTITY.power,
    saturation: sat ? (figures(sat, "saturation", 1)[0] ?? 1) : IDENTITY.saturation,
  };
  const fault = faultOf(cdl);
  if (fault) throw new LookFault(fault);
  return { cdl, id: first.getAttribute("id")?.trim() || null, of: corrections.length };
}

function named(within: Document | Element, name: string): Element[] {
  return [...within.getElementsByTagName("*")].filter(({ localName }) => localName.toLowerCase() === name);
}

function rgb(within: Element, name: string): Rgb {
  return figures(within, name, 3) as Rgb;
}

function figures(within: Element, name: string, wanted: number): number[] {
  const found = named(within, name);
  const numbers = (found[0]?.textContent ?? "").trim().split(/\s+/).map(numberOf);
  if (found.length !== 1 || numbers.length !== wanted || numbers.some((value) => value === null))
    throw new LookFault(
      `The ${name} of the first correction is not ${wanted === 1 ? "a number" : `${wanted} numbers`}.`,
    );
  return numbers as number[];
}
