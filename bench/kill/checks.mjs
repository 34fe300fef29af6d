/**
 * What must hold of a story after workerd has died and is back: what was answered is there, what was used up stays so, and what was lost on
 * its way either happened or didn't. Every check uses the credentials themselves, as a client would.
 */

/** Checks stories on one connection; keeps what it finds wrong. */
export class Checks {
  wrong = [];
  checked = 0;

  constructor(connection, runtime) {
    this.connection = connection;
    this.runtime = runtime;
  }

  /** Everything about a story. Uses its credentials up. */
  async all(story) {
    if (story.lost === "verify") await this.#codeByMail(story);
    if (!story.signedIn) return;
    await this.session(story);
    await this.#refreshTokens(story);
    await this.#codes(story);
    await this.#livingGrants(story);
  }

  /** The session still answers an authorization request in silence; the code that this gives is as good as any. */
  async session(story) {
    this.checked += 1;
    const { status, headers } = await this.#send(story, "authorize_signed_in");
    const code = status === 303 && new URL(headers.location, "http://localhost").searchParams.get("code");
    this.#expect(story, Boolean(code), `the session is gone (${status} ${headers.location ?? ""})`);
  }

  /** The latest refresh token still works; gives the new one. */
  async refresh(story) {
    this.checked += 1;
    const answer = await this.#use(story, story.tokens.at(-1));
    this.#expect(story, answer.status === 200, `an answered refresh token is gone (${answer.status} ${answer.text})`);
    if (answer.status === 200) story.tokens.push(JSON.parse(answer.text).refresh_token);
  }

  /** The verification's answer was lost: the mailed code works now, or did then; after that no more. */
  async #codeByMail(story) {
    this.checked += 1;
    const first = await this.connection.send(story.verification);
    const second = await this.connection.send(story.verification);
    this.#expect(story, first.status < 500 && second.status < 500, `verifying again fails (${first.status}, ${second.status})`);
    this.#expect(story, second.status !== 303, "a mailed code worked twice");
  }

  async #refreshTokens(story) {
    const { tokens, lost } = story;
    if (tokens.length === 0) return;
    const known = tokens.length;
    await this.refresh(story);
    if (tokens.length === known) return;
    // Within the grace the predecessor gets the very same successor: whether the lost request had rotated or not.
    const again = await this.#use(story, tokens[known - 1]);
    const same = again.status === 200 && JSON.parse(again.text).refresh_token === tokens[known];
    this.#expect(story, same, `a refresh token gave two successors, ${lost === "refresh" ? "one" : "none"} of them lost (${again.status})`);
    await this.refresh(story);
  }

  async #codes(story) {
    for (const one of story.codes) {
      this.checked += 1;
      const first = await this.#redeem(story, one);
      if (one.redeemed) this.#expect(story, first.status === 400, `a redeemed code worked twice (${first.status})`);
      else if (!one.sent) this.#expect(story, first.status === 200, `an answered code is gone (${first.status} ${first.text})`);
      else this.#expect(story, [200, 400].includes(first.status), `a code whose answer was lost fails (${first.status})`);
      const second = await this.#redeem(story, one);
      this.#expect(story, second.status === 400, `a code worked twice (${second.status})`);
      // Used twice, a code takes with it what it gave (RFC 9700 §2.1.1); the first code gave the refresh tokens.
      if (one === story.codes[0] && story.tokens.length) {
        const { status } = await this.#use(story, story.tokens.at(-1));
        this.#expect(story, status === 400, `a replayed code's refresh token still works (${status})`);
      }
    }
  }

  /** Every code of the story has been replayed by now: no grant of that person lives. */
  async #livingGrants(story) {
    const sql = `SELECT count(*) AS living FROM grants g JOIN addresses a ON a.user_id = g.user_id
                 WHERE a.identity = ?1 AND g.ended_at IS NULL AND g.expires_at > unixepoch()`;
    const [{ living }] = await this.runtime.d1(sql, [story.person.address]);
    this.#expect(story, living === 0, `${living} grants still live`);
  }

  #redeem(story, { code, verifier }) {
    Object.assign(story.person, { code, verifier });
    return this.#send(story, "token");
  }

  #use(story, token) {
    story.person.tokens = { ...story.person.tokens, refresh_token: token };
    return this.#send(story, "refresh");
  }

  async #send(story, step) {
    return this.connection.send(await story.person.request(step));
  }

  #expect(story, holds, what) {
    if (!holds) this.wrong.push(`${story.person.address}${story.lost ? `, whose ${story.lost} was not answered` : ""}: ${what}`);
  }
}
