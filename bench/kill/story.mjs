/**
 * One sign-in with what follows it, told up to where workerd died: what was answered by then, and which request got no answer.
 */

import { isLost } from "../http.mjs";
import { Person } from "../person.mjs";

/** Two refreshes, so that there is a token older than the last but one; then a code that nobody redeems before the kill. */
const STEPS = ["authorize", "send", "code_page", "verify", "token", "refresh", "refresh", "authorize_signed_in"];

export class Story {
  constructor({ number, issuer, codeOf }) {
    this.person = new Person({ number, address: `killed${number}@example.org`, issuer, codeOf });
    /** Authorization codes: `{code, verifier, sent, redeemed}`. */
    this.codes = [];
    /** Refresh tokens that the server has given, the oldest first. */
    this.tokens = [];
    /** The step whose answer is missing; none where the story came to its end. */
    this.lost = undefined;
  }

  /** Takes every step, unless workerd dies. Gives whether the story came to its end. */
  async tell(connection) {
    for (const step of STEPS) if (!(await this.#take(connection, step))) return false;
    return true;
  }

  async #take(connection, step) {
    const { person } = this;
    try {
      const request = await person.request(step);
      this.lost = step;
      if (step === "token") this.codes[0].sent = true;
      if (step === "verify") this.verification = request;
      person.learn(step, await connection.send(request));
      this.lost = undefined;
    } catch (error) {
      if (!isLost(error) && error.code !== "KILLED") throw error;
      return false;
    }
    if (step === "verify" || step === "authorize_signed_in") this.codes.push({ code: person.code, verifier: person.verifier });
    if (step === "token") this.codes[0].redeemed = true;
    if (step === "token" || step === "refresh") this.tokens.push(person.tokens.refresh_token);
    return true;
  }

  /** Whether the server said that the person is signed in. */
  get signedIn() {
    return this.codes.length > 0;
  }
}
