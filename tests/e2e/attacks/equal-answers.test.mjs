/** What must not be told apart isn't: wrong, expired, used, spent and unknown codes; in invite-only mode, known and unknown addresses. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { askForCode, freshBrowser, secondsPass, signIn, startScene, wrong } from "./support/scene.mjs";

/** An answer without what is random, the person's own, or a matter of the second in which one asks. */
function bare({ status, headers, text }, address) {
  const own = { ...headers };
  for (const name of ["x-request-id", "content-length", "set-cookie", "location", "retry-after"]) delete own[name];
  const plain = (part) => part
    .replaceAll(address, "ADDRESS")
    .replaceAll(address.replaceAll("@", "&#64;"), "ADDRESS")
    .replace(/name="(ticket|request|ceremony)" value="[^"]*"/g, 'name="$1"')
    .replace(/data-options="[^"]*"/g, "data-options")
    .replace(/challenge=[\w.~-]+/g, "challenge=ID")
    .replaceAll(headers["x-request-id"], "REQUEST")
    .replace(/\d+ (second|minute|hour)s?|\d{4}-\d\d-\d\dT[\d:]+Z/g, "TIME");
  return {
    status,
    headers: own,
    waits: headers["retry-after"] !== undefined,
    location: headers.location && plain(headers.location),
    cookies: (headers["set-cookie"] ?? []).map((cookie) => cookie.replace(/=[^;]*/, "=")),
    body: plain(text),
  };
}

describe("codes that don't work", { timeout: 120_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { otp_lifetime: 4, otp_cooldown: 0, otp_fresh_remaining: 0 } })));
  after(() => nightlatch?.stop());

  const guess = (begun, code, headers) => begun.browser.submit(begun.page, { code }, { path: "/sign-in/code", stopAt: "", headers });
  let count = 100;
  const begin = async () => {
    const begun = await askForCode(nightlatch, { address: `person${(count += 1)}@example.org` });
    return { ...begun, code: (await nightlatch.mail(begun.address)).code };
  };

  test("wrong, used, spent, expired, unknown and swept codes get the same answer, in a page and in JSON", async () => {
    const used = await begin();
    assert.equal((await guess(used, used.code)).status, 303);
    const spent = await begin();
    for (let index = 0; index < 5; index += 1) await guess(spent, wrong(spent.code));
    const expired = await begin();
    const swept = await begin();
    await nightlatch.runtime.d1("DELETE FROM challenges WHERE address = ?1", [swept.address]);
    const unknown = await begin();
    const locked = await begin();
    assert.equal((await guess(locked, locked.code)).status, 303);
    await nightlatch.operate("users.disable", { user: locked.address });
    await secondsPass(5);
    const live = await begin();
    const cases = {
      wrong: [live, wrong(live.code)], empty: [live, ""], used: [used, used.code], "used and wrong": [used, wrong(used.code)], spent: [spent, spent.code], expired: [expired, expired.code],
      "expired and wrong": [expired, wrong(expired.code)], swept: [swept, swept.code], "another challenge's": [unknown, live.code], "used by somebody locked out": [locked, locked.code],
    };
    for (const headers of [{}, { accept: "application/json" }]) {
      const answers = {};
      for (const [name, [begun, code]] of Object.entries(cases)) answers[name] = bare(await guess(begun, code, headers), begun.address);
      for (const [name, answer] of Object.entries(answers)) assert.deepEqual(answer, answers.wrong, name);
      assert.equal(answers.wrong.status, 400);
    }
  });
});

describe("invite-only mode", { timeout: 120_000 }, () => {
  const KNOWN = "known-person@example.org";
  const STRANGER = "other-person@example.org";
  const LOCKED = "third-person@example.org";
  let nightlatch;
  before(async () => {
    nightlatch = await startScene({ settings: { mode: "invite_only", otp_cooldown: 0 } });
    for (const address of [KNOWN, LOCKED]) await nightlatch.operate("users.invite", { address });
    await nightlatch.operate("users.disable", { user: LOCKED });
  });
  after(() => nightlatch?.stop());

  test("an unknown address gets the same answers as a known one: send, page, wrong code, resend, budget", async () => {
    const walk = async (address) => {
      const seen = [];
      const browser = freshBrowser(nightlatch);
      const note = (page) => (seen.push(bare(page, address)), page);
      const first = await browser.get(`${nightlatch.issuer}/sign-in`);
      const sent = note(await browser.submit(first, { email: address }, { path: "/sign-in", stopAt: "" }));
      const page = note(await browser.request(sent.location));
      note(await browser.submit(page, { code: "000000" }, { path: "/sign-in/code", stopAt: "" }));
      note(await browser.submit(page, { code: "000000" }, { path: "/sign-in/code", stopAt: "", headers: { accept: "application/json" } }));
      const resent = note(await browser.submit(page, {}, { path: "/sign-in/resend", stopAt: "" }));
      note(await browser.request(resent.location));
      for (let count = 0; count < 4; count += 1) note(await browser.submit(first, { email: address }, { path: "/sign-in", stopAt: "" }));
      for (let count = 0; count < 10; count += 1) note(await browser.submit(page, { code: "000000" }, { path: "/sign-in/code", stopAt: "" }));
      return seen;
    };
    const known = await walk(KNOWN);
    assert.deepEqual(known.map(({ status }) => status).slice(0, 6), [303, 200, 400, 400, 303, 200]);
    assert.ok(known.some(({ status }) => status === 429));
    assert.deepEqual(await walk(STRANGER), known);
    assert.deepEqual(await walk(LOCKED), known);
  });

  test("only the known one gets mail, and only it can sign in", async () => {
    assert.ok((await nightlatch.mail(KNOWN)).code);
    assert.deepEqual(await nightlatch.mailbox(STRANGER), []);
    await nightlatch.runtime.d1("DELETE FROM budgets");
    await signIn(nightlatch, { address: KNOWN }).catch(() => {});
    assert.equal((await nightlatch.runtime.d1("SELECT 1 FROM addresses WHERE identity = ?1", [STRANGER])).length, 0);
  });

  test("both leave the same rows behind", async () => {
    const rows = async (address) => nightlatch.runtime.d1("SELECT length(lane) AS lane, digits, misses FROM challenges WHERE address = ?1 ORDER BY id", [address]);
    await nightlatch.runtime.d1("DELETE FROM challenges");
    await nightlatch.runtime.d1("DELETE FROM budgets");
    for (const address of [KNOWN, STRANGER]) {
      const begun = await askForCode(nightlatch, { address });
      await begun.browser.submit(begun.page, { code: "000000" }, { path: "/sign-in/code", stopAt: "" });
    }
    assert.deepEqual(await rows(KNOWN), await rows(STRANGER));
    const budgets = await nightlatch.runtime.d1("SELECT count(*) AS count FROM budgets");
    assert.deepEqual(budgets, [{ count: 5 }], "two addresses, two IP addresses, the deployment");
  });

  test("a code that was mailed before the invitation was taken back signs nobody in", async () => {
    await nightlatch.runtime.d1("DELETE FROM budgets");
    const before = (await nightlatch.mailbox(KNOWN)).length;
    const begun = await askForCode(nightlatch, { address: KNOWN });
    const { code } = await nightlatch.mail(KNOWN, { after: before });
    await nightlatch.operate("users.delete", { user: KNOWN });
    const page = await begun.browser.submit(begun.page, { code }, { path: "/sign-in/code", stopAt: "" });
    assert.equal(page.status, 400);
    assert.equal((await nightlatch.runtime.d1("SELECT 1 FROM addresses WHERE identity = ?1", [KNOWN])).length, 0);
  });
});

describe("allowed domains", { timeout: 60_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { mode: "allowed_domains", allowed_domains: ["example.org"] } })));
  after(() => nightlatch?.stop());

  test("no other domain gets in by a trick", async () => {
    for (const address of [
      "a@evil.example", "a@sub.example.org", "a@example.org.evil.example", "a@evilexample.org", "a@example.org@evil.example", "a@evil.example#example.org", "example.org@evil.example", "a@exampIe.org", "a@еxample.org",
      "a@example.org%00.evil.example", "a@example.org\u0000.evil.example", "a@example.org ,b@evil.example",
    ]) {
      const browser = freshBrowser(nightlatch);
      const page = await browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email: address }, { path: "/sign-in", stopAt: "" });
      assert.equal(page.status, 400, address);
    }
    assert.equal((await askForCode(nightlatch, { address: "Ann@EXAMPLE.org" })).page.status, 200);
  });
});
