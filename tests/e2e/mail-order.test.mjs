/** Several ways out, one after the other; and the answers of invite-only mode, which no provider can hold up. */

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { askForCode } from "./attacks/support/scene.mjs";
import { startNightlatch } from "./support/harness.mjs";
import { postmark, resend, webhook } from "./support/mail-providers.mjs";
import { hangs, says, StandIn } from "./support/stand-in.mjs";

const ALL = [resend, postmark, webhook];
const TIMEOUT_MS = 1_200;

async function start(settings) {
  const standIn = await StandIn.start();
  const providers = Object.assign({}, ...ALL.map((provider) => provider.settings(standIn.origin)));
  const nightlatch = await startNightlatch({ settings: { ...providers, ...settings } });
  const stop = async () => {
    await nightlatch.stop();
    await standIn.stop();
  };
  return { standIn, nightlatch, stop };
}

/** The answers of the three in their order. */
const answers = (...three) => Object.fromEntries(ALL.map(({ path }, index) => [path, three[index]]));
const codeIn = ({ subject }) => /\d{6}/.exec(subject)[0];

describe("fail-over", { timeout: 60_000, concurrency: false }, () => {
  let nightlatch, standIn, stop;
  before(async () => ({ nightlatch, standIn, stop } = await start({ mail: "resend,postmark,webhook", mail_timeout_ms: TIMEOUT_MS, otp_cooldown: 0 })));
  beforeEach(() => (nightlatch.log.length = 0));
  after(() => stop?.());

  const tried = () => nightlatch.events().filter(({ event }) => event.startsWith("mail_")).map(({ event, adapter }) => `${adapter} ${event}`);
  const mails = () => standIn.received.map((request, index) => ALL[index].read(request));

  test("the first that takes the mail ends it", async () => {
    standIn.begin(answers(resend.takes, postmark.takes, webhook.takes));
    assert.equal((await askForCode(nightlatch)).page.status, 200);
    assert.deepEqual(standIn.paths, [resend.path]);
    assert.deepEqual(tried(), ["resend mail_sent"]);
  });

  test("one after the other is tried, with the same code under the same id, and that code signs in", async () => {
    standIn.begin(answers(says(500), postmark.refuses, webhook.takes));
    const { browser, page } = await askForCode(nightlatch);
    assert.equal(page.status, 200);
    assert.deepEqual(standIn.paths, ALL.map(({ path }) => path));
    assert.deepEqual(tried(), ["resend mail_failed", "postmark mail_failed", "webhook mail_sent"]);
    const [first, second, third] = mails();
    assert.equal(first.id, third.id);
    assert.deepEqual([first.text, second.text, first.html, second.html], [third.text, third.text, third.html, third.html]);
    const home = await browser.submit(page, { code: third.code }, { path: "/sign-in/code" });
    assert.equal(home.status, 200);
    assert.equal(home.url, `${nightlatch.issuer}/`);
  });

  test("one that hangs leaves the next its share of the time", async () => {
    standIn.begin(answers(hangs, postmark.takes, webhook.takes));
    const begun = Date.now();
    assert.equal((await askForCode(nightlatch)).page.status, 200);
    assert.ok(Date.now() - begun >= TIMEOUT_MS / 3 - 20, "it was waited for a third of the time");
    assert.deepEqual(tried(), ["resend mail_failed", "postmark mail_sent"]);
    assert.equal(codeIn(mails()[0]), codeIn(mails()[1]));
  });

  test("all that hang together keep to the time, and the person is told", async () => {
    standIn.begin(answers(hangs, hangs, hangs));
    const begun = Date.now();
    assert.equal((await askForCode(nightlatch)).page.status, 503);
    const took = Date.now() - begun;
    assert.ok(took >= TIMEOUT_MS - 50 && took < TIMEOUT_MS + 3_000, `${took} ms`);
    assert.deepEqual(tried(), ["resend mail_failed", "postmark mail_failed", "webhook mail_failed"]);
  });

  test("a mail sent again that nobody takes: the person is told, and the first code still signs in", async () => {
    standIn.begin(answers(resend.takes));
    const begun = await askForCode(nightlatch);
    const code = codeIn(resend.read(standIn.received[0]));
    standIn.begin(answers(says(500), says(500), says(500)));
    const page = await begun.browser.submit(begun.page, {}, { path: "/sign-in/resend" });
    assert.equal(page.status, 503);
    assert.match(page.html.text("main"), /couldn’t send the mail again/);
    assert.deepEqual(mails().map(codeIn), [code, code, code]);
    assert.equal((await begun.browser.submit(page, { code }, { path: "/sign-in/code" })).url, `${nightlatch.issuer}/`);
  });
});

describe("invite-only mode", { timeout: 60_000, concurrency: false }, () => {
  const KNOWN = "known-person@example.org";
  const STRANGER = "other-person@example.org";
  let nightlatch, standIn, stop;
  before(async () => {
    ({ nightlatch, standIn, stop } = await start({ mail: "resend", mode: "invite_only", mail_timeout_ms: 25_000 }));
    await nightlatch.operate("users.invite", { address: KNOWN });
  });
  beforeEach(() => nightlatch.runtime.d1("DELETE FROM budgets"));
  after(() => stop?.());

  /** What somebody sees who asks for a code, without what is random or their own. */
  const ask = async (address) => {
    const begun = Date.now();
    const asked = await askForCode(nightlatch, { address });
    const { status, headers } = asked.page;
    const text = asked.page.html.text().replaceAll(address, "ADDRESS").replace(/\d+ seconds?/, "TIME");
    return { ...asked, took: Date.now() - begun, seen: { status, headers: Object.keys(headers).sort(), text } };
  };

  test("the answer doesn't wait for a provider that hangs, and is the same for a stranger", async () => {
    let release;
    standIn.begin({ [resend.path]: (response) => (release = () => resend.takes(response)) });
    const [known, stranger] = [await ask(KNOWN), await ask(STRANGER)];
    assert.equal(known.seen.status, 200);
    assert.deepEqual(stranger.seen, known.seen);
    assert.ok(known.took < 5_000 && stranger.took < 5_000, `${known.took} ms, ${stranger.took} ms`);
    const mail = resend.read(await standIn.request());
    assert.deepEqual(nightlatch.events("mail_sent"), [], "the provider hasn't answered yet");
    release();
    await nightlatch.logged("mail_sent");
    assert.equal(nightlatch.events("mail_sent").length, 1, "the mail goes on behind the answer");
    assert.deepEqual([standIn.paths, mail.to], [[resend.path], KNOWN], "the stranger gets none");
    const home = await known.browser.submit(known.page, { code: codeIn(mail) }, { path: "/sign-in/code" });
    assert.equal(home.url, `${nightlatch.issuer}/`);
  });

  test("a provider that says no shows nobody anything: the same answer, and nothing is given back", async () => {
    standIn.begin({ [resend.path]: resend.refuses });
    const [known, stranger] = [await ask(KNOWN), await ask(STRANGER)];
    assert.equal(known.seen.status, 200);
    assert.deepEqual(stranger.seen, known.seen);
    await standIn.request();
    await nightlatch.logged("mail_failed");
    assert.equal(nightlatch.events("mail_failed").length, 1);
    const [again, strangerAgain] = [await ask(KNOWN), await ask(STRANGER)];
    assert.equal(again.seen.status, 429);
    assert.deepEqual(strangerAgain.seen, again.seen);
  });
});
