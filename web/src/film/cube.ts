/** A .cube file, as far as the page looks into it: how large its LUT is. The studio reads it whole, and judges it. */

import { LookFault } from "./cdl";

/** 65³ lines of three numbers with six decimals are 7.4 MB; what a call may carry is less, and a 33³ LUT is 1 MB. */
export const MOST_CUBE_BYTES = 4 * 1024 * 1024;

/** The text of a .cube → the points along each side. Throws `LookFault`. */
export function cubeSize(text: string): number {
  const size = /^[ \t]*LUT_3D_SIZE[ \t]+(\d{1,3})[ \t]*\r?$/m.exec(text.slice(0, 64 * 1024))?.[1];
  if (!size) throw new LookFault("This file names no LUT_3D_SIZE: it is no 3D LUT.");
  return Number(size);
}
