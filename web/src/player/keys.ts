import { mayListCast, maySay } from "../film/roles";
import type { Transport } from "./transport";

/** What an editor's fingers know: J K L, arrows for frames, space; and whose keys they are, if not everybody's. */
export const KEYS: [keys: string, does: string, may?: (roles: readonly string[]) => boolean][] = [
  ["Space", "play"],
  ["J K L", "shuttle"],
  ["← →", "frame"],
  ["⇧ ← →", "ten frames"],
  ["↑ ↓", "clip"],
  ["F", "full screen"],
  ["S", "slate", maySay],
  ["C", "cast", mayListCast],
  ["/", "find"],
];

/** The player's keys, wherever the focus is, except where somebody types. */
export function transportKeys(
  transport: Pick<Transport, "toggle" | "pause" | "step" | "shuttle">,
  deck: HTMLElement,
  signal: AbortSignal,
): void {
  let holdingK = false;

  const actions: Record<string, (event: KeyboardEvent) => void> = {
    " ": () => transport.toggle(),
    k: () => {
      holdingK = true;
      transport.pause();
    },
    // With K held, J and L move one frame, as on every deck since the flatbed.
    j: (event) => (holdingK ? transport.step(-1) : event.repeat || transport.shuttle(-1)),
    l: (event) => (holdingK ? transport.step(1) : event.repeat || transport.shuttle(1)),
    ArrowLeft: (event) => transport.step(event.shiftKey ? -10 : -1),
    ArrowRight: (event) => transport.step(event.shiftKey ? 10 : 1),
    Home: () => transport.step(Number.MIN_SAFE_INTEGER),
    End: () => transport.step(Number.MAX_SAFE_INTEGER),
    m: () => press(deck, "media-mute-button, button.mute"),
    f: () => press(deck, "media-fullscreen-button, button.full"),
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || ownsKeys(event)) return;
      const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      action(event);
    },
    // Captured, so that the arrows step frames even where the focus is on the strip.
    { signal, capture: true },
  );
  const released = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() === "k") holdingK = false;
  };
  document.addEventListener("keyup", released, { signal });
}

/** Somebody answers a question, types, turns the volume, or presses a button with the space bar: those keys are not the player's. */
function ownsKeys(event: KeyboardEvent): boolean {
  const focused = event.target instanceof Element ? event.target : null;
  if (!focused) return false;
  if (document.querySelector("dialog[open]")) return true;
  if (focused.matches("media-volume-range, input, textarea, select")) return true;
  return (
    event.key === " " && focused.matches("a, button, summary, media-mute-button, media-fullscreen-button")
  );
}

function press(deck: HTMLElement, control: string): void {
  deck.querySelector<HTMLElement>(control)?.click();
}
