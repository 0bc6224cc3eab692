import type { Cdl } from "../contracts";
import { LookFault, MOST_CDL_BYTES, readCdl } from "../film/cdl";
import { cubeSize, MOST_CUBE_BYTES } from "../film/cube";
import { bytes } from "../film/words";
import { dropZone } from "../ui/drop";

/** What a file gave: a CDL or a LUT, the name that it goes by, and a remark about it. */
export interface GivenFile {
  name: string;
  cdl: Cdl | null;
  cube: string | null;
  remark: string;
}

/** A place to choose a look's file, or to drop it. `given` hears what was in it, `refused` why it is none. */
export function lookFile(
  dialog: HTMLElement,
  given: (file: GivenFile) => void,
  refused: (sentence: string) => void,
): HTMLElement {
  async function take(file: File): Promise<void> {
    try {
      given(await readLookFile(file));
    } catch (error) {
      if (!(error instanceof LookFault)) throw error;
      refused(error.message);
    }
  }
  const accept = ".cc,.ccc,.cdl,.cube";
  return dropZone(dialog, accept, "or drop it here: .cc, .ccc, .cdl or .cube", (file) => void take(file));
}

/** A file → what it gives. Throws `LookFault`. */
export async function readLookFile(file: File): Promise<GivenFile> {
  const [, name = "", ending = ""] = /^(.*)\.([^.]*)$/.exec(file.name) ?? [];
  const is = ending.toLowerCase();
  if (is === "cube") {
    const text = await textOf(file, MOST_CUBE_BYTES);
    return { name, cdl: null, cube: text, remark: `${cubeSize(text)} points a side` };
  }
  if (!["cc", "ccc", "cdl"].includes(is)) throw new LookFault("This is no .cc, .ccc, .cdl or .cube file.");
  const { cdl, id, of } = readCdl(await textOf(file, MOST_CDL_BYTES));
  return { name: id ?? name, cdl, cube: null, remark: of > 1 ? `the first of ${of} corrections in it` : "" };
}

async function textOf(file: File, most: number): Promise<string> {
  if (file.size > most)
    throw new LookFault(`This file has ${bytes(file.size)}; the page takes up to ${bytes(most)}.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch (error) {
    if (error instanceof TypeError) throw new LookFault("This file is no text in UTF-8.");
    throw error;
  }
}
