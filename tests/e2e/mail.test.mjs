/** Each way out of the Worker against a server on loopback that plays the provider: the wire format, and every kind of bad answer. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { askForCode, authorization, freshAddress, freshBrowser, redeem, SPA, startScene } from "./attacks/support/scene.mjs";
import { startNightlatch } from "./support/harness.mjs";
import { brevo, cloudflare, FROM, KEYS, mailgun, postmark, resend, sendgrid, webhook } from "./support/mail-providers.mjs";
import { babbles, breaksOff, cutsOffAfter, floods, says, StandIn, stallsAfter } from "./support/stand-in.mjs";

const LIMIT = 64 * 1024;
const TIMEOUT_MS = 700;
const SORRY = "We couldn’t send the mail just now. Please try again in a moment.";
/** So that a second send is refused unless the first was given back. */
const ONE_SEND = { address_sends_per_hour: 1, address_sends_per_day: 1, ip_sends_per_hour: 2 };

/** A yes of exactly so many octets, which is no JSON without the last of them. */
const yesOf = (octets) => {
  const yes = { id: "x", ErrorCode: 0, messageId: "x", more: "" };
  return JSON.stringify({ ...yes, more: "x".repeat(octets - JSON.stringify(yes).length) });
};

/** What goes wrong with any provider over HTTP, and what the log says of it. `null` stands for a mail that was taken all the same. */
const TROUBLES = {
  "a server error": [says(500, { message: "000000" }), { reason: "refused", status: 500, code: null }],
  "a limit of requests": [says(429, { message: "000000" }, { "retry-after": "30" }), { reason: "refused", status: 429, code: null }],
  "a server that is down": [says(503, "<html>down</html>"), { reason: "refused", status: 503, code: null }],
  "a connection that breaks off": [breaksOff, { reason: "no_answer" }],
  "an answer that isn't HTTP": [babbles, { reason: "no_answer" }],
  "an answer that is cut off": [cutsOffAfter(200, '{"id":"x","ErrorCode":0'), { reason: "no_answer" }],
  "an answer that never ends": [stallsAfter(200, '{"id":"x","ErrorCode":0'), { reason: "no_answer" }],
};
/** What a provider that answers in JSON must not say. */
const GARBAGE = {
  "an empty answer": says(200), "no content": says(204), "plain text": says(200, "OK"), "a page": says(200, "<html>OK</html>"), "an empty object": says(200, {}),
  "a list": says(200, []), "octets that are no text": says(200, Buffer.from([0xff, 0xfe, 0x00])), "an answer of more than 64 KiB": says(200, yesOf(LIMIT + 1)),
};

for (const provider of [resend, postmark, sendgrid, mailgun, brevo, webhook, cloudflare]) {
  describe(`mail by ${provider.name}`, { timeout: 60_000, concurrency: false }, () => {
    let nightlatch, standIn;
    before(async () => {
      standIn = await StandIn.start();
      const settings = { mail: provider.name, mail_timeout_ms: TIMEOUT_MS, ...ONE_SEND, ...provider.settings(standIn.origin) };
      nightlatch = await startScene({ settings, bindings: provider.bindings, others: provider.others?.(standIn.origin) });
    });
    after(async () => {
      await nightlatch?.stop();
      await standIn?.stop();
    });

    const failures = () => nightlatch.events("mail_failed").map(({ adapter, reason, status, code }) => ({ adapter, reason, ...(status && { status }), ...(code !== undefined && { code }) }));

    /** A send that fails: the person is told, the address gets its send back, the IP address doesn't, and nobody reads anything in the log. */
    async function assertTold(answer, expected) {
      const address = freshAddress();
      const browser = freshBrowser(nightlatch);
      nightlatch.log.length = 0;
      standIn.begin({ [provider.path]: answer });
      const { page } = await askForCode(nightlatch, { browser, address });
      assert.equal(page.status, 503);
      assert.ok(page.html.text("main").includes(SORRY), page.html.text("main"));
      assert.equal(page.form().fields.email, address, "the address needn't be typed again");
      assert.deepEqual(standIn.paths, [provider.path]);
      assert.deepEqual(failures(), [{ adapter: provider.name, ...expected }]);
      const { to, text } = provider.read(standIn.received[0]);
      assertNotLogged([to, /\d{6}/.exec(text)[0]]);

      standIn.begin({ [provider.path]: provider.takes });
      const again = await browser.submit(page, {}, { path: "/sign-in" });
      assert.equal(again.status, 200, "the address got its send and the cooldown back");
      assert.equal((await askForCode(nightlatch, { address })).page.status, 429, "and a mail that went out spends them");
      assert.equal((await askForCode(nightlatch, { browser })).page.status, 429, "the IP address has spent both of its sends");
    }

    function assertNotLogged(words) {
      const log = JSON.stringify(nightlatch.log);
      for (const word of [...words, ...KEYS, "000000"]) assert.ok(!log.includes(word), `${word} stands in the log: ${log}`);
    }

    test("a person signs in with the code that the provider was given, in a request to the letter", async () => {
      standIn.begin({ [provider.path]: provider.takes });
      nightlatch.log.length = 0;
      const asked = authorization(nightlatch);
      const begun = await askForCode(nightlatch, { url: asked.url, address: "Ann.Lee+x@Bücher.example" });
      assert.equal(begun.page.status, 200);
      assert.deepEqual(standIn.received.map(({ method, path }) => [method, path]), [["POST", provider.path]]);
      const mail = provider.read(standIn.received[0]);
      assert.equal(mail.to, "ann.lee+x@xn--bcher-kva.example");
      const [code] = /\d{6}/.exec(mail.subject);
      assert.equal(mail.subject, `${code} is your code for ${SPA.client_name}`);
      assert.ok(mail.text.includes(code) && mail.html.startsWith("<!doctype html>") && mail.html.includes(code));
      if (mail.code !== undefined) assert.equal(mail.code, code);
      if (provider !== cloudflare) assert.match(mail.agent, /^nightlatch\/\d+\.\d+\.\d+$/);
      const back = await begun.browser.submit(begun.page, { code }, { path: "/sign-in/code", stopAt: asked.redirectUri });
      const { status, json } = await redeem(nightlatch, { client: SPA, code: back.answer.code, ...asked });
      assert.equal(status, 200, JSON.stringify(json));

      const [sent, ...more] = nightlatch.events("mail_sent");
      assert.deepEqual([sent.adapter, sent.level, more], [provider.name, "info", []]);
      if (mail.id !== undefined) assert.equal(sent.request_id, mail.id, "the mail's id is the request's");
      assertNotLogged([mail.to, "Bücher", code]);
    });

    test("a provider that says no", () => assertTold(provider.refuses, provider.refusal));

    test("a program is told in JSON", async () => {
      standIn.begin({ [provider.path]: provider.refuses });
      const browser = freshBrowser(nightlatch);
      const page = await browser.get(`${nightlatch.issuer}/sign-in`);
      const answer = await browser.submit(page, { email: freshAddress() }, { path: "/sign-in", headers: { accept: "application/json" } });
      assert.deepEqual([answer.status, answer.json().error], [503, "temporarily_unavailable"]);
    });

    test("a provider that hangs is left after the time that is set for it", async () => {
      let heard;
      const begun = Date.now();
      const hangsFor = (response) => response.once("close", () => (heard = Date.now() - begun));
      await assertTold(hangsFor, { reason: "no_answer" });
      // Nobody hears of a binding that was given up.
      if (provider === cloudflare) return;
      assert.ok(heard >= TIMEOUT_MS && heard < TIMEOUT_MS + 3_000, `${heard} ms`);
    });

    if (provider === cloudflare) return;

    for (const [name, [answer, expected]] of Object.entries(TROUBLES)) test(name, () => assertTold(answer, expected));

    for (const status of [301, 302, 303, 307, 308]) {
      test(`a redirect (${status}) is a refusal and isn't followed`, async () => {
        const location = `${standIn.origin}/elsewhere`;
        await assertTold(says(status, { id: "x", ErrorCode: 0 }, { location }), { reason: "refused", status, code: provider === postmark ? "0" : null });
        assert.ok(!standIn.paths.includes("/elsewhere"));
      });
    }

    if (provider === webhook) {
      test("any answer of the 200s means that it was taken, however much it says", async () => {
        for (const answer of [says(200), says(202, "<html>"), floods(200, "x".repeat(LIMIT))]) {
          standIn.begin({ [provider.path]: answer });
          assert.equal((await askForCode(nightlatch)).page.status, 200);
          await standIn.received[0].ended;
        }
      });
      return;
    }

    for (const [name, answer] of Object.entries(GARBAGE)) {
      const status = name === "no content" ? 204 : 200;
      test(`${name} isn't taken for a yes`, () => assertTold(answer, { reason: "garbled", status }));
    }

    if (provider === sendgrid) {
      test("a 202 means that it was taken, however much it says", async () => {
        for (const answer of [says(202, "<html>"), floods(202, "x".repeat(LIMIT))]) {
          standIn.begin({ [provider.path]: answer });
          assert.equal((await askForCode(nightlatch)).page.status, 200);
          await standIn.received[0].ended;
        }
      });
      return;
    }

    test("an answer of 64 KiB is read, and of one that pours for ever no more than that", async () => {
      standIn.begin({ [provider.path]: says(200, yesOf(LIMIT)) });
      assert.equal((await askForCode(nightlatch)).page.status, 200);
      await assertTold(floods(200, " ".repeat(LIMIT)), { reason: "garbled", status: 200 });
      // A yes and spaces without end: nobody knows what would have come after them.
      await assertTold(floods(200, yesOf(LIMIT)), { reason: "garbled", status: 200 });
    });
  });
}

describe("Cloudflare's binding as Miniflare has it", { timeout: 60_000 }, () => {
  const settings = { mail: "cloudflare", mail_from: FROM };
  const once = async (bindings, check) => {
    const nightlatch = await startNightlatch({ settings, bindings });
    try {
      await check((await askForCode(nightlatch)).page, nightlatch);
    } finally {
      await nightlatch.stop();
    }
  };

  test("takes the mail", () =>
    once({ EMAIL: { type: "send-email" } }, async (page, nightlatch) => {
      assert.equal(page.status, 200);
      assert.equal((await nightlatch.logged("mail_sent")).adapter, "cloudflare");
    }));

  test("refuses a sender that it wasn't set up for", () =>
    once({ EMAIL: { type: "send-email", allowedSenderAddresses: ["other@example.org"] } }, (page) => assert.equal(page.status, 503)));

  test("isn't there: the Worker says what is missing and how to mend it", async () => {
    const nightlatch = await startNightlatch({ settings, bindings: {} });
    try {
      const answer = await fetch(`${nightlatch.url}/sign-in`);
      assert.equal(answer.status, 503);
      assert.match(await answer.text(), /^NIGHTLATCH_MAIL has cloudflare, but the Worker has no binding EMAIL: [^\n]+\n?$/);
    } finally {
      await nightlatch.stop();
    }
  });
});
