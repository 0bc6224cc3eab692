/** Cognito's login, spoken to straight from the page: a name and a password → tokens. */

import { unreachable } from "./errors";

export interface Config {
  cognito_url: string;
  client_id: string;
}

export interface Tokens {
  IdToken: string;
  RefreshToken?: string;
  ExpiresIn: number;
}

/** What Cognito answers to a login: the tokens, or one more question. */
export interface Answer {
  AuthenticationResult?: Tokens;
  ChallengeName?: string;
  Session?: string;
}

/** Cognito said no. `type` is its name for the reason. */
export class Refused extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

export class Cognito {
  constructor(private readonly config: Config) {}

  signIn(username: string, password: string): Promise<Answer> {
    return this.call<Answer>("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: this.config.client_id,
      AuthParameters: { USERNAME: username, PASSWORD: password },
    });
  }

  setNewPassword(username: string, password: string, session: string): Promise<Answer> {
    return this.call<Answer>("RespondToAuthChallenge", {
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      ClientId: this.config.client_id,
      Session: session,
      ChallengeResponses: { USERNAME: username, NEW_PASSWORD: password },
    });
  }

  refresh(refreshToken: string): Promise<Answer> {
    return this.call<Answer>("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: this.config.client_id,
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    });
  }

  async revoke(refreshToken: string): Promise<void> {
    await this.call("RevokeToken", { ClientId: this.config.client_id, Token: refreshToken });
  }

  private async call<T>(action: string, body: object): Promise<T> {
    const response = await fetch(this.config.cognito_url, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}`,
      },
      body: JSON.stringify(body),
    }).catch(() => {
      throw unreachable();
    });
    const text = await response.text();
    const answer = text.startsWith("{") ? JSON.parse(text) : {};
    if (!response.ok) {
      const type = String(answer.__type ?? `error ${response.status}`).replace(/^.*#/, "");
      throw new Refused(type, String(answer.message ?? ""));
    }
    return answer as T;
  }
}

/** Why Cognito said no, for the person at the door. It never tells whether a name exists. */
export function refusalSentence(refused: Refused): string {
  switch (refused.type) {
    case "NotAuthorizedException":
    case "UserNotFoundException":
      return "The name or the password is not right.";
    case "InvalidPasswordException":
      return refused.message || "This password is too weak for this production.";
    case "PasswordResetRequiredException":
      return "Your password has to be reset first. Ask the person who looks after Circletake.";
    case "TooManyRequestsException":
    case "LimitExceededException":
      return "Too many tries. Wait a minute, then try again.";
    case "CodeMismatchException":
    case "ExpiredCodeException":
      return "That took too long. Sign in again.";
    default:
      return `The login answered: ${refused.message || refused.type}`;
  }
}
