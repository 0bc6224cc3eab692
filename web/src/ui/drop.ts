import { h } from "./dom";

/**
 * A place to choose a file; while it is shown, one may also be dropped anywhere on `target`, because what misses a
 * smaller one is opened by the browser in the page's place. While it is inert, nothing is taken and nothing opened.
 * `more` stands behind "Choose a file".
 */
export function dropZone(
  target: HTMLElement,
  accept: string,
  more: string,
  take: (file: File) => void,
): HTMLElement {
  const input = h("input", { type: "file", accept, class: "for-listeners" });
  const zone = h("label", { class: "drop" }, input, h("span", {}, h("b", {}, "Choose a file"), ` ${more}`));
  input.onchange = () => {
    const [file] = input.files ?? [];
    input.value = ""; // the same file may be chosen again, once it was put right
    if (file) take(file);
  };
  const over = (event: DragEvent, on: boolean): boolean => {
    if (zone.hidden || !zone.isConnected || !event.dataTransfer?.types.includes("Files")) return false;
    event.preventDefault();
    if (zone.inert) event.dataTransfer.dropEffect = "none";
    zone.classList.toggle("over", on && !zone.inert);
    return !zone.inert;
  };
  target.ondragover = (event) => void over(event, true);
  target.ondragleave = (event) => void over(event, false);
  target.ondrop = (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (over(event, false) && file) take(file);
  };
  return zone;
}
