/** What can go wrong between the page and the API, each said in a sentence that a person can act on. */

/** A call failed. `status` is 0 when no answer came at all. */
export class CallFailed extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly sentence: string,
    readonly nextStep: string,
    /** Whatever else the answer holds, to help with the next step. */
    readonly told: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${sentence}`);
  }
}

/** The session is over: the person has to sign in again. */
export class SessionEnded extends Error {}

export function unreachable(): CallFailed {
  return new CallFailed(
    0,
    "UNREACHABLE",
    "Circletake cannot be reached.",
    "Check your connection. This page goes on by itself as soon as it can.",
  );
}

/** An answer that is not OK → the error it tells of, in the API's own words where it has any. */
export async function failureOf(response: Response): Promise<CallFailed> {
  // A gateway answers in HTML: its status must do.
  const told: unknown = await response.json().catch(() => null);
  const fields = typeof told === "object" && told !== null ? (told as Record<string, unknown>) : {};
  const text = (key: string) => (typeof fields[key] === "string" ? fields[key] : null);
  return new CallFailed(
    response.status,
    text("code") ?? `HTTP_${response.status}`,
    text("sentence") ?? `The studio answered with an error (${response.status}).`,
    text("next_step") ?? "Try again in a moment. If it stays, tell the person who looks after Circletake.",
    fields,
  );
}
