/** Names come from cards and may hold anything. They are shown whole, and nothing in them acts. */

/** C0 and C1 controls, line separators, and the marks that turn the direction of writing. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

const LINE_ENDS = /\r\n|\n|\r/;

/** A name → the same with each invisible or direction-turning character spelt out, as ⟨U+202E⟩. */
export function visible(name: string): string {
  return name.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** A remark → the same, on the lines on which it was written: whoever shows it keeps them (`pre-line`). */
export function visibleLines(remark: string): string {
  return remark.split(LINE_ENDS).map(visible).join("\n");
}

/** A remark of several lines → where there is room for one. */
export function onOneLine(remark: string): string {
  return remark
    .split(LINE_ENDS)
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter(Boolean)
    .join(" / ");
}

/** Sorts C2 before C10, whatever the reader's language is. */
export const byName = new Intl.Collator("en", { numeric: true, sensitivity: "variant" }).compare;
