import { type Answer, type Cognito, Refused, refusalSentence } from "../account/cognito";
import { CallFailed } from "../account/errors";
import type { Session } from "../account/session";
import { fill, h, setText } from "../ui/dom";
import { mark } from "../ui/mark";

/** The door: a name and a password, and a new password where Cognito asks for one. `entered` when somebody is in. */
export function login(
  cognito: Cognito,
  session: Session,
  note: string | null,
  entered: () => void,
): HTMLElement {
  const card = h("form", { class: "door-card", novalidate: true });
  const trouble = h("p", { class: "door-trouble", role: "alert" });

  /** Shows a form; `answer` asks Cognito with what was typed. */
  function ask(
    title: string,
    lead: string | null,
    fields: HTMLElement[],
    action: string,
    answer: () => Promise<void>,
  ) {
    const button = h("button", { class: "button primary", type: "submit" }, action);
    fill(
      card,
      mark(),
      h("h1", {}, title),
      lead ? h("p", { class: "lead" }, lead) : null,
      ...fields,
      trouble,
      button,
    );
    setText(trouble, "");
    card.onsubmit = async (event) => {
      event.preventDefault();
      button.disabled = true;
      setText(trouble, "");
      try {
        await answer();
      } catch (error) {
        setText(trouble, sentenceOf(error));
        card.querySelector<HTMLInputElement>("input[type=password]")?.select();
      } finally {
        button.disabled = false;
      }
    };
    card.querySelector<HTMLInputElement>("input:not([readonly])")?.focus();
  }

  function askPassword() {
    const name = field("Name", "username", {
      autocomplete: "username",
      autocapitalize: "none",
      spellcheck: "false",
    });
    const password = field("Password", "password", { type: "password", autocomplete: "current-password" });
    ask("Dailies", note, [name.node, password.node], "Sign in", async () => {
      const username = name.input.value.trim();
      if (!username || !password.input.value) throw new Refused("Empty", "a name and a password are needed.");
      follow(username, await cognito.signIn(username, password.input.value));
    });
  }

  function askNewPassword(username: string, challenge: string) {
    const password = field("New password", "new-password", {
      type: "password",
      autocomplete: "new-password",
    });
    const again = field("The same again", "again", { type: "password", autocomplete: "new-password" });
    const lead = "This is your first time here. Choose a password of your own.";
    ask("Welcome", lead, [password.node, again.node], "Set password", async () => {
      if (password.input.value !== again.input.value) {
        throw new Refused("InvalidPasswordException", "The two passwords are not the same.");
      }
      follow(username, await cognito.setNewPassword(username, password.input.value, challenge));
    });
  }

  function follow(username: string, answer: Answer) {
    if (session.accept(username, answer)) entered();
    else if (answer.ChallengeName === "NEW_PASSWORD_REQUIRED" && answer.Session) {
      askNewPassword(username, answer.Session);
    } else
      throw new Refused("Challenge", `it asks for ${answer.ChallengeName}, which this page does not offer.`);
  }

  queueMicrotask(askPassword); // focus works only once the door stands in the page
  return h("main", { class: "door" }, card);
}

function field(label: string, name: string, attributes: Record<string, string>) {
  const input = h("input", { type: "text", name, required: true, ...attributes });
  return { input, node: h("label", { class: "field" }, h("span", {}, label), input) };
}

function sentenceOf(error: unknown): string {
  if (error instanceof Refused) return refusalSentence(error);
  if (error instanceof CallFailed) return `${error.sentence} ${error.nextStep}`;
  throw error;
}
