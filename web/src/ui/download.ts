import { h } from "./dom";
import { icon } from "./icons";
import { visible } from "./names";

/** A text as a file of the reader's own: a link that downloads it. Its address lives as long as the page. */
export function download(name: string, text: string, type: string, words = visible(name)): HTMLAnchorElement {
  const href = URL.createObjectURL(new Blob([text], { type }));
  return h("a", { class: "button", href, download: name }, icon("down"), words);
}
