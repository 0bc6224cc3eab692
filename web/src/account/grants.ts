/** Grants open a production's pictures. One is fetched for each production, and renewed before it ends. */

import type { Grant, Media } from "../contracts";
import { type Api, answerOf, request } from "./api";

/** A picture asked for late in a grant's life should still arrive. */
const EARLY_MS = 30_000;

interface Held {
  asked: Promise<Grant>;
  /** What was answered, once it was. */
  grant?: Grant;
}

export class Grants {
  private readonly held = new Map<string, Held>();

  constructor(private readonly api: Api) {}

  /** Where a clip's picture lies, good for now. */
  async url(production: string, media: Media, name: string): Promise<string> {
    const { grant } = await this.current(production);
    return `media/${encodeURIComponent(grant)}/${media.prefix}${name}`;
  }

  /** `url` was refused: the next one comes from a new grant, unless somebody renewed it already. */
  refused(production: string, url: string): void {
    const grant = this.held.get(production)?.grant?.grant;
    if (grant && url.startsWith(`media/${encodeURIComponent(grant)}/`)) this.held.delete(production);
  }

  /** A clip's JSON. A grant that was revoked meanwhile (403, 410) is renewed once. */
  async json<T>(production: string, media: Media, name: string, signal: AbortSignal): Promise<T> {
    const url = await this.url(production, media, name);
    let response = await request(url, { signal });
    if (response.status === 403 || response.status === 410) {
      this.refused(production, url);
      response = await request(await this.url(production, media, name), { signal });
    }
    return answerOf<T>(response);
  }

  private current(production: string): Promise<Grant> {
    const held = this.held.get(production);
    const dying = held?.grant && held.grant.expires_at * 1000 - EARLY_MS < Date.now();
    return held && !dying ? held.asked : this.ask(production);
  }

  private ask(production: string): Promise<Grant> {
    const held: Held = { asked: this.api.grant(production) };
    this.held.set(production, held);
    held.asked.then(
      (grant) => {
        held.grant = grant;
      },
      () => this.held.delete(production), // a failure must not be handed to whoever asks next
    );
    return held.asked;
  }
}
