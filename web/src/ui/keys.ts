/** Calls `press` for a key of the screen: never while somebody types, answers a dialog, or holds a modifier. */
export function onKey(key: string, press: () => unknown, signal?: AbortSignal): void {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.key.toLowerCase() !== key) return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      if (document.querySelector("dialog[open]")) return;
      event.preventDefault();
      press();
    },
    signal ? { signal } : {},
  );
}
