/** How fast a player goes, in a word; nothing at rest and while it just plays. */
export function speedText(speed: number): string {
  if (speed === 0 || speed === 1) return "";
  return speed > 0 ? `▶ ${speed}×` : `◀ ${-speed}×`;
}
