/**
 * Plays the signed webhook that takes mails where there is no development mailbox: under an issuer that isn't loopback.
 * Nothing leaves the machine; requests to other hosts go to the test's own `outbound`.
 */

const HOST = "mail.nightlatch.test";

export class Webhook {
  #received = [];
  #otherwise;

  constructor(otherwise) {
    this.#otherwise = otherwise;
    this.vars = {
      NIGHTLATCH_MAIL: "webhook",
      NIGHTLATCH_WEBHOOK_URL: `https://${HOST}/code`,
      NIGHTLATCH_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, "nightlatch").toString("base64")}`,
    };
    this.outbound = (request) => this.#answer(request);
  }

  /** The mails to an address, newest first, as the development mailbox gives them. */
  mails(to) {
    return this.#received.filter((mail) => mail.to === to).reverse();
  }

  async #answer(request) {
    if (new URL(request.url).hostname !== HOST) {
      return this.#otherwise?.(request) ?? new Response("no network in tests", { status: 502 });
    }
    const { data, timestamp } = await request.json();
    const { to, subject, text, html, code } = data;
    this.#received.push({ to, subject, text, html, code, sent_at: timestamp });
    return new Response(null, { status: 204 });
  }
}
