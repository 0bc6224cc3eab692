/** Papers from set, before they are sent: whose they may be, and their bytes as the studio takes them. */

import type { Whose } from "../contracts";
import { bytes } from "./words";

/** Whose papers there are, as people call them. */
export const WHOSE: [source: Whose, words: string, of: string][] = [
  ["SCRIPT", "Script", "script supervisor's log"],
  ["SOUND", "Sound", "sound report"],
  ["CAMERA", "Camera", "camera report, metadata, or ALE"],
];

/** What a column can hold, in the order in which people ask; "" is nothing. As the studio knows them. */
export const FIELDS: [field: string, words: string][] = [
  ["scene", "Scene"],
  ["setup", "Setup (12A)"],
  ["slate", "Slate (127)"],
  ["take", "Take"],
  ["CIRCLED", "Circled"],
  ["note", "Note"],
  ["clips", "Clips"],
  ["roll", "Camera roll"],
  ["camera", "Camera"],
  ["lens", "Lens"],
  ["sounds", "Sound files"],
  ["sound_roll", "Sound roll"],
  ["starts", "Timecode in"],
  ["ends", "Timecode out"],
  ["exposure_index", "EI"],
  ["white_balance", "White balance"],
  ["filters", "Filters"],
  ["shutter", "Shutter"],
  ["sensor_fps", "Sensor frame rate"],
  ["flags", "Marks of any kind"],
  ["PICKUP", "Pickup"],
  ["SERIES", "Series"],
  ["MOS", "MOS"],
  ["TAIL_SLATE", "Tail slate"],
  ["FALSE_START", "False start"],
  ["WILD_TRACK", "Wild track"],
  ["VFX_REFERENCE", "VFX reference"],
];

/** A paper that cannot be sent, in a sentence. */
export class PaperFault extends Error {}

/** As the studio takes them: so much unpacked, and so much packed, with room for what stands around it. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_SENT = 5_900_000;
const SMALLER = "Export it for one day alone, or without the columns that are told for each frame.";
/** How the files of sound recorders begin (EBU Tech 3285, 3306; ITU-R BS.2088). */
const SOUND = /^(RIFF|RF64|BW64)/;

/** A paper's name → whose it says that it is; null where it says nothing. */
export function whoseByName(name: string): Whose | null {
  const words = name.toLowerCase();
  if (/sound|audio|mixer|(?<![a-z])ton/.test(words)) return "SOUND";
  if (/camera|kamera|(?<![a-z])cam(?![a-z])|\.ale$/.test(words)) return "CAMERA";
  return /script|continuity|supervisor/.test(words) ? "SCRIPT" : null;
}

/** A file → its bytes as they are, compressed by gzip, in base64. Throws `PaperFault`. */
export async function pack(file: Blob): Promise<string> {
  if (file.size > MOST_BYTES)
    throw new PaperFault(
      `This paper has ${bytes(file.size)}, more than the ${bytes(MOST_BYTES)} that are read. ${SMALLER}`,
    );
  if (file.size === 0) throw new PaperFault("This file is empty.");
  const read = await bytesOf(file);
  if (SOUND.test(String.fromCharCode(...read.subarray(0, 4))))
    throw new PaperFault(
      "This is a sound recorder's file. What it says of itself is read when its card is uploaded.",
    );
  const packing = new Blob([read]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = base64(new Uint8Array(await new Response(packing).arrayBuffer()));
  if (packed.length > MOST_SENT)
    throw new PaperFault(`Packed, this paper is larger than the 6 MB that can be sent. ${SMALLER}`);
  return packed;
}

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    // Moved, changed or a folder since it was chosen.
    if (error instanceof DOMException)
      throw new PaperFault("This file cannot be read any more. Choose it again.");
    throw error;
  }
}

/** As many as a call takes as its arguments. */
const AT_ONCE = 0x8000;

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += AT_ONCE)
    text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return btoa(text);
}
