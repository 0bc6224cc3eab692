"""Whether a page can be read: text that stands out from its ground, and no two texts in one place."""

from typing import Any

from playwright.sync_api import Page

#: WCAG 2.2, 1.4.3, level AA, for text of any size.
LEAST_CONTRAST = 4.5

_MEASURE = r"""(least) => {
  const numbers = (text) => text.match(/-?[\d.]+/g).map(Number);
  const colour = (text) => {
    const [r, g, b, a = 1] = numbers(text.replace(/^color\(srgb/, ""));
    return text.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const light = (rgb) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((value) => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.unshift(colour(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [0, 0, 0]);
  };
  const whole = document.querySelector("dialog[open]") ?? document.body;
  const texts = [];
  const walk = document.createTreeWalker(whole, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest(".for-listeners, media-time-range, noscript, [aria-hidden=true]")) continue;
    if (!parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    // What a scrolling list or an ellipsis has cut off is not on the screen.
    const frame = parent.closest(".transcript, .ticks, .crumbs a, dialog")?.getBoundingClientRect();
    const top = parent.closest("main, dialog") ? 0 : 1;
    for (const { x, y, width, height } of range.getClientRects()) {
      if (width < 1 || (frame && (y < frame.top || y + height > frame.bottom))) continue;
      const shown = Math.min(width, (frame?.right ?? Infinity) - x);
      texts.push({ words: node.data.trim().slice(0, 30), parent, top, x, y, width: shown, height });
    }
  }
  const told = new Set();
  for (const { words, parent } of texts) {
    let shown = 1;
    for (let at = parent; at; at = at.parentElement) shown *= Number(getComputedStyle(at).opacity);
    if (parent.closest(":disabled")) continue;
    const below = ground(parent), [r, g, b, a] = colour(getComputedStyle(parent).color);
    const [one, other] = [light(over([r, g, b, a * shown], below)), light(below)];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < least) told.add(`${words}: contrast ${contrast.toFixed(2)}`);
  }
  for (const [index, a] of texts.entries()) for (const b of texts.slice(index + 1)) {
    const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
    const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
    // Boxes of lines reach above and below their letters.
    const least = 0.45 * Math.min(a.height, b.height);
    if (a.parent !== b.parent && a.top === b.top && wide > 2 && high > least) told.add(`${a.words} lies on ${b.words}`);
  }
  return [...told];
}"""


def illegible(page: Page) -> list[Any]:
    """A page, or the dialog that is open on it → every text that cannot be read, with why."""
    page.wait_for_timeout(700)  # what arrives fades in
    told: list[Any] = page.evaluate(_MEASURE, LEAST_CONTRAST)
    return told
