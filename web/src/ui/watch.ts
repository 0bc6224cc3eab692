/** Looks again and again: often while something moves, ever less while nothing does, never while nobody watches. */

/** How things stand after a look: something changed, something is still to come, or all is at its end. */
export type Pace = "changed" | "open" | "settled";

const OFTEN_MS = 2_000;
const OPEN_SLOWEST_MS = 8_000;
const SETTLED_MS = 15_000;
const FAILING_SLOWEST_MS = 30_000;

/** The pause after a look, from the pause before it. Exported for its test. */
export function nextPause(pace: Pace | "failed", before: number): number {
  switch (pace) {
    case "changed":
      return OFTEN_MS;
    case "open":
      return Math.min(OPEN_SLOWEST_MS, Math.max(OFTEN_MS, before * 1.15));
    case "settled":
      return SETTLED_MS;
    case "failed":
      return Math.min(FAILING_SLOWEST_MS, Math.max(OFTEN_MS, before * 2));
  }
}

/** Runs `look` until `signal` is aborted. Errors go to `failed`, which hears null when it works again. */
export async function watch(
  look: () => Promise<Pace>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let pause = OFTEN_MS;
  while (!signal.aborted) {
    try {
      pause = nextPause(await look(), pause);
      if (!signal.aborted) failed(null);
    } catch (error) {
      if (signal.aborted) return;
      pause = nextPause("failed", pause);
      failed(error);
    }
    await paused(pause, signal);
    await seen(signal);
  }
}

function paused(ms: number, signal: AbortSignal): Promise<void> {
  return heard(signal, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  });
}

/** Resolves at once, or as soon as the page is on a screen again. */
function seen(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return heard(signal, (resolve) => {
    document.addEventListener("visibilitychange", resolve);
    return () => document.removeEventListener("visibilitychange", resolve);
  });
}

/** Waits for what `start` sets up, or for the end of `signal`; either way nothing is left listening. */
async function heard(signal: AbortSignal, start: (resolve: () => void) => () => void): Promise<void> {
  let stop = () => {};
  let ended = () => {};
  await new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    ended = resolve;
    signal.addEventListener("abort", ended);
    stop = start(resolve);
  });
  stop();
  signal.removeEventListener("abort", ended);
}
