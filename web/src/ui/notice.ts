/** The page's quiet places: loading, nothing here, something went wrong. */

import { CallFailed, SessionEnded } from "../account/errors";
import type { Verdict } from "../contracts";
import { h } from "./dom";
import { visible } from "./names";

export function loading(what: string): HTMLElement {
  return h(
    "div",
    { class: "notice loading", role: "status" },
    h("span", { class: "reel", "aria-hidden": "true" }),
    what,
  );
}

export function empty(title: string, sentence: string): HTMLElement {
  return h("div", { class: "notice" }, h("h2", {}, title), h("p", {}, sentence));
}

/** What went wrong, what to do next, and a way to try again. */
export function trouble(error: unknown, again: () => void): HTMLElement {
  const told = toldOf(error);
  return h(
    "div",
    { class: "notice trouble", role: "alert" },
    h("h2", {}, told.sentence),
    h("p", {}, told.nextStep),
    h("button", { class: "button", type: "button", onclick: again }, "Try again"),
    h("p", { class: "code" }, told.code),
  );
}

/** A line at the foot while what is on the screen may be old. Null when all is well again. */
export function staleLine(error: unknown): string {
  const told = toldOf(error);
  return `${told.sentence} What you see may be old. ${told.nextStep}`;
}

/** Why something did not become a picture, and what to do about it. */
export function verdict({ code, sentence, next_step }: Verdict): HTMLElement | null {
  if (!sentence) return null;
  return h(
    "div",
    { class: "verdict" },
    h("p", { class: "sentence" }, visible(sentence)),
    next_step ? h("p", { class: "next-step" }, h("b", {}, "Next step "), visible(next_step)) : null,
    code ? h("p", { class: "code" }, code) : null,
  );
}

export function toldOf(error: unknown): CallFailed {
  if (error instanceof CallFailed) return error;
  if (error instanceof SessionEnded) {
    return new CallFailed(401, "SESSION_ENDED", "Your session has ended.", "Sign in again.");
  }
  return new CallFailed(
    0,
    "PAGE_FAULT",
    "This page made a mistake.",
    "Reload it. If it stays, tell the person who looks after Circletake.",
  );
}
