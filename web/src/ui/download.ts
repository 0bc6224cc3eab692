import { h } from "./dom";
import { icon } from "./icons";
import { visible } from "./names";

/** A text as a file of the reader's own: a link that downloads it. Its address lives as long as the page. */
export function download(name: string, text: string, type: string, words = visible(name)): HTMLAnchorElement {
  return h("a", { class: "button", href: addressOf(text, type), download: name }, icon("down"), words);
}

/** Saves a text as a file of the reader's own, at once. */
export function save(name: string, text: string, type: string): void {
  const href = addressOf(text, type);
  h("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

function addressOf(text: string, type: string): string {
  return URL.createObjectURL(new Blob([text], { type }));
}
