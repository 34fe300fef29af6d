/** Second factors in the wrong hands: shown twice, 50 times at once, guessed. OWASP ASVS 5.0, 6.3.1, 6.5.1, 6.5.5, 6.6.3. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { signInByCode } from "../support/person.mjs";
import { atOnce, freshBrowser, freshHolder, startScene, tally } from "./support/scene.mjs";

describe("second factors", { timeout: 240_000 }, () => {
  let nightlatch;
  const settings = { otp_cooldown: 0, address_sends_per_hour: 100, address_sends_per_day: 100 };
  before(async () => (nightlatch = await startScene({ settings })));
  after(() => nightlatch?.stop());

  const isIn = (page) => page.status === 303 && page.setCookies.some((cookie) => cookie.startsWith("nl_session=") && !cookie.startsWith("nl_session=;"));
  const show = (browser, page, fields) => browser.submit(page, fields, { path: "/sign-in/second", stopAt: "" });

  /** A new browser before the second step. */
  async function asked({ address }) {
    const browser = freshBrowser(nightlatch);
    const page = await signInByCode(nightlatch, browser, await browser.get(`${nightlatch.issuer}/sign-in`), { address });
    assert.match(page.url, /\/sign-in\/second/);
    return { browser, page };
  }

  const sessionsOf = async ({ address }) =>
    (await nightlatch.runtime.d1("SELECT s.id FROM sessions s JOIN addresses a ON a.user_id = s.user_id WHERE a.identity = ?1", [address])).length;

  test("a code of an authenticator app sent 50 times at once signs in exactly once", async () => {
    const ann = await freshHolder(nightlatch);
    const [begun, before] = [await asked(ann), await sessionsOf(ann)];
    const code = await ann.app.next();
    const pages = await atOnce(50, () => show(begun.browser, begun.page, { authenticator_code: code }));
    assert.equal(pages.filter(isIn).length, 1, JSON.stringify(tally(pages.map(({ status }) => status))));
    assert.equal(await sessionsOf(ann), before + 1);
  });

  test("a code sent at once in ten sign-ins signs in exactly once", async () => {
    const ann = await freshHolder(nightlatch);
    const begun = [];
    for (let count = 0; count < 10; count += 1) begun.push(await asked(ann));
    const before = await sessionsOf(ann);
    const code = await ann.app.next();
    const pages = await atOnce(10, (index) => show(begun[index].browser, begun[index].page, { authenticator_code: code }));
    assert.equal(pages.filter(isIn).length, 1);
    assert.equal(await sessionsOf(ann), before + 1);
  });

  test("a recovery code sent 50 times at once signs in exactly once, and only it is used up", async () => {
    const ann = await freshHolder(nightlatch);
    const begun = await asked(ann);
    const page = await begun.browser.get(`${begun.page.url}&by=recovery_code`);
    const before = await sessionsOf(ann);
    const pages = await atOnce(50, () => show(begun.browser, page, { recovery_code: ann.codes[0] }));
    assert.equal(pages.filter(isIn).length, 1);
    assert.equal(await sessionsOf(ann), before + 1);
    assert.equal((await codesOf(ann)).length, 9);
  });

  test("ten recovery codes sent at once in one sign-in use up one", async () => {
    const ann = await freshHolder(nightlatch);
    const begun = await asked(ann);
    const page = await begun.browser.get(`${begun.page.url}&by=recovery_code`);
    const pages = await atOnce(10, (index) => show(begun.browser, page, { recovery_code: ann.codes[index] }));
    assert.equal(pages.filter(isIn).length, 1);
    assert.equal((await codesOf(ann)).length, 9);
  });

  test("of 50 wrong codes at once five are judged, and then the right one is refused with the time to wait", async () => {
    const ann = await freshHolder(nightlatch);
    const [begun, before] = [await asked(ann), await sessionsOf(ann)];
    const right = await ann.app.next();
    const wrong = (index) => String((Number(right) + 1 + index) % 1_000_000).padStart(6, "0");
    const pages = await atOnce(50, (index) => show(begun.browser, begun.page, { authenticator_code: wrong(index) }));
    assert.equal(pages.filter(isIn).length, 0);
    const { 400: missed = 0, 429: blocked } = tally(pages.map(({ status }) => status));
    assert.equal(missed + blocked, 50);
    assert.ok(missed <= 4, `${missed} were told that they were wrong before the fifth blocked`);
    const refused = await show(begun.browser, begun.page, { authenticator_code: right });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers["retry-after"]) > 280);
    const elsewhere = await asked(ann);
    assert.equal((await show(elsewhere.browser, elsewhere.page, { authenticator_code: right })).status, 429, "nor in another sign-in");
    assert.equal(await sessionsOf(ann), before);
  });

  const codesOf = ({ address }) =>
    nightlatch.runtime.d1("SELECT c.hash FROM recovery_codes c JOIN addresses a ON a.user_id = c.user_id WHERE a.identity = ?1", [address]);
});
