/** Who is signed in. Tokens live in sessionStorage: a reload keeps them, closing the tab forgets them. */

import { type Answer, type Cognito, Refused } from "./cognito";
import { SessionEnded } from "./errors";

const STORED = "circletake.session";
/** An id token is renewed this long before it ends, so that no call starts with a dying one. */
const EARLY_MS = 60_000;

interface Signed {
  username: string;
  idToken: string;
  refreshToken: string | null;
  endsAt: number;
}

export class Session {
  private signed: Signed | null = restored();
  private renewing: Promise<string> | null = null;

  /** `ended` is told when the session is over without the person having asked for it. */
  constructor(
    private readonly cognito: Cognito,
    private readonly ended: () => void,
  ) {}

  get username(): string | null {
    return this.signed?.username ?? null;
  }

  /** Cognito's answer to a login → true when it let the person in, false when it asks something more. */
  accept(username: string, answer: Answer): boolean {
    const tokens = answer.AuthenticationResult;
    if (!tokens) return false;
    this.store({
      username,
      idToken: tokens.IdToken,
      // A refresh does not hand out a new refresh token: the old one stays good.
      refreshToken: tokens.RefreshToken ?? this.signed?.refreshToken ?? null,
      endsAt: Date.now() + tokens.ExpiresIn * 1000,
    });
    return true;
  }

  /** An id token that still lives. Throws SessionEnded when there is none to be had. */
  async token(): Promise<string> {
    if (!this.signed) throw new SessionEnded();
    return Date.now() < this.signed.endsAt - EARLY_MS ? this.signed.idToken : this.renew();
  }

  /** A fresh id token; calls that ask at the same time share one refresh. */
  renew(): Promise<string> {
    this.renewing ??= this.refresh().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  /** The API no longer knows this person. */
  end(): SessionEnded {
    if (this.signed) {
      this.forget();
      this.ended();
    }
    return new SessionEnded();
  }

  /** Forgets the tokens here and has Cognito revoke them. True when Cognito confirmed. */
  async signOut(): Promise<boolean> {
    const refreshToken = this.signed?.refreshToken;
    this.forget();
    if (!refreshToken) return false;
    try {
      await this.cognito.revoke(refreshToken);
      return true;
    } catch {
      return false; // the caller says so; here, the tokens are gone either way
    }
  }

  private async refresh(): Promise<string> {
    const signed = this.signed;
    if (!signed?.refreshToken) throw this.end();
    try {
      this.accept(signed.username, await this.cognito.refresh(signed.refreshToken));
    } catch (error) {
      throw error instanceof Refused ? this.end() : error;
    }
    if (!this.signed || this.signed === signed) throw this.end();
    return this.signed.idToken;
  }

  private store(signed: Signed): void {
    this.signed = signed;
    sessionStorage.setItem(STORED, JSON.stringify(signed));
  }

  private forget(): void {
    this.signed = null;
    sessionStorage.removeItem(STORED);
  }
}

function restored(): Signed | null {
  const text = sessionStorage.getItem(STORED);
  return text ? (JSON.parse(text) as Signed) : null;
}
