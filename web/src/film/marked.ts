/** A text, parted into what was looked for and what was not. */

export interface Part {
  part: string;
  found: boolean;
}

/**
 * "He said hold on", "hold" → "He said ", "hold" (found), " on". Words count as they begin, upper case or lower;
 * `anywhere`, as in names of clips, in the middle as well.
 */
export function marked(text: string, sought: string, anywhere = false): Part[] {
  const words = sought
    .split(/\s+/)
    .map((word) => word.replace(/^(scene|take):/i, "").replace(/["“”„«»]/g, ""))
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (words.length === 0) return [{ part: text, found: false }];
  const begins = anywhere ? "" : "(?<![\\p{L}\\p{N}])";
  const pattern = new RegExp(`${begins}(${words.join("|")})`, "giu");
  const parts = text.split(pattern);
  return parts.map((part, index) => ({ part, found: index % 2 === 1 })).filter(({ part }) => part !== "");
}
