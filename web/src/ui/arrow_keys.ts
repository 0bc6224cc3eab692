/** Arrow keys move the focus over a wall of cards, by where they stand on the screen. */
export function arrowKeys(wall: HTMLElement, signal: AbortSignal): void {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      const cards = [...wall.children].filter((card) => card instanceof HTMLElement);
      const here = cards.indexOf(document.activeElement as HTMLElement);
      const next = here < 0 ? 0 : step(cards, here, event.key);
      if (
        !event.key.startsWith("Arrow") ||
        !cards[next] ||
        (here < 0 && document.activeElement !== document.body)
      )
        return;
      event.preventDefault();
      cards[next].focus();
    },
    { signal },
  );
}

function step(cards: HTMLElement[], here: number, key: string): number {
  const top = cards[0]?.offsetTop;
  const columns = cards.filter((card) => card.offsetTop === top).length;
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key] ?? 0;
  const next = here + by;
  return next < 0 || next >= cards.length ? here : next;
}
