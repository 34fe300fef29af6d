/**
 * What one tab remembers over a navigation, in sessionStorage: the sign-in under way and that somebody was signed in.
 * Never a token. A reader of it gains nothing: the verifier is worth something only with a code, which is used once.
 */

/** Silent tries between two answers: an impatient reload may interrupt one, a broken provider can't make a loop. */
const TRIES = 3;

export class Memory {
  #name;

  constructor(name) {
    this.#name = name;
  }

  /** The request that an answer must match, or undefined. */
  get pending() {
    return this.#read().pending;
  }

  set pending(pending) {
    this.#write({ ...this.#read(), pending });
  }

  /** Somebody is signed in: a reload may ask for them silently. */
  allowTries() {
    this.#write({ tries: TRIES });
  }

  /** Whether a silent try may be made; it counts as made. */
  spendTry() {
    const { tries = 0 } = this.#read();
    if (tries) this.#write({ tries: tries - 1 });
    return tries > 0;
  }

  clear() {
    sessionStorage.removeItem(this.#name);
  }

  #read() {
    return JSON.parse(sessionStorage.getItem(this.#name)) ?? {};
  }

  #write(value) {
    sessionStorage.setItem(this.#name, JSON.stringify(value));
  }
}
