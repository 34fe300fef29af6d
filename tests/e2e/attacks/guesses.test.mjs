/** One-time codes in the wrong hands: guessed, guessed in parallel, replayed, taken to another browser. OWASP ASVS 6.5.1, 6.6.2, 6.6.3. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { askForCode, atOnce, authorization, freshAddress, freshBrowser, signedInTokens, startScene, tally, wrong } from "./support/scene.mjs";

describe("one-time codes", { timeout: 120_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene()));
  after(() => nightlatch?.stop());

  const guess = (begun, code, browser = begun.browser) => browser.submit(begun.page, { code }, { path: "/sign-in/code", stopAt: "" });
  const codeOf = async ({ address }) => (await nightlatch.mail(address)).code;
  const misses = async ({ address }) => {
    const [row] = await nightlatch.runtime.d1("SELECT misses, redeemed_by FROM challenges WHERE address = ?1", [address]);
    return { counted: row.misses, redeemed: row.redeemed_by !== null };
  };
  const isIn = (page) => page.status === 303 && page.setCookies.some((cookie) => cookie.startsWith("nl_session=") && !cookie.startsWith("nl_session=;"));
  const sessionsOf = async ({ address }) =>
    (await nightlatch.runtime.d1("SELECT s.id FROM sessions s JOIN addresses a ON a.user_id = s.user_id WHERE a.identity = ?1", [address])).length;

  test("a code signs in once: its replay is refused", async () => {
    const begun = await askForCode(nightlatch);
    const code = await codeOf(begun);
    assert.ok(isIn(await guess(begun, code)));
    const replay = await guess(begun, code);
    assert.equal(replay.status, 400);
    assert.ok(!isIn(replay));
    assert.equal(await sessionsOf(begun), 1);
  });

  test("a code sent 50 times at once signs in exactly once", async () => {
    const begun = await askForCode(nightlatch);
    const code = await codeOf(begun);
    const pages = await atOnce(50, () => guess(begun, code));
    assert.deepEqual(tally(pages.map(({ status }) => status)), { 303: 1, 400: 49 });
    assert.equal(pages.filter(isIn).length, 1);
    assert.equal(await sessionsOf(begun), 1);
    assert.deepEqual(await misses(begun), { counted: 0, redeemed: true });
  });

  test("of 50 wrong guesses at once five are counted, and then the right one is refused", async () => {
    const begun = await askForCode(nightlatch);
    const code = await codeOf(begun);
    const pages = await atOnce(50, (index) => guess(begun, String((Number(code) + 1 + index) % 1_000_000).padStart(6, "0")));
    assert.ok(pages.every((page) => page.status === 400 && !isIn(page)));
    assert.deepEqual(await misses(begun), { counted: 5, redeemed: false });
    const right = await guess(begun, code);
    assert.equal(right.status, 400);
    assert.ok(!isIn(right));
    assert.equal(await sessionsOf(begun), 0);
  });

  test("of 49 wrong guesses and the right one at once at most five wrong ones are counted, and at most one gets in", async () => {
    const begun = await askForCode(nightlatch);
    const code = await codeOf(begun);
    const pages = await atOnce(50, (index) => guess(begun, String((Number(code) + index) % 1_000_000).padStart(6, "0")));
    const { counted, redeemed } = await misses(begun);
    assert.ok(counted <= 5, `${counted} were counted`);
    assert.equal(pages.filter(isIn).length, redeemed ? 1 : 0);
  });

  test("four wrong guesses leave the fifth try, a fifth leaves none", async () => {
    const [kept, lost] = [await askForCode(nightlatch), await askForCode(nightlatch)];
    for (const [begun, count] of [[kept, 4], [lost, 5]]) {
      const code = await codeOf(begun);
      for (let index = 0; index < count; index += 1) assert.equal((await guess(begun, wrong(code))).status, 400);
    }
    assert.ok(isIn(await guess(kept, await codeOf(kept))));
    assert.equal((await guess(lost, await codeOf(lost))).status, 400);
    assert.equal((await guess(lost, wrong(await codeOf(lost)))).status, 400, "a sixth guess gets the same answer");
    assert.deepEqual(await misses(lost), { counted: 5, redeemed: false });
  });

  test("nothing that isn't the code passes for it", async () => {
    const begun = await askForCode(nightlatch);
    const code = await codeOf(begun);
    for (const typed of ["", " ", "%", code.slice(1), `${code}0`, `${code}\u0000`, `0x${code}`, `${code},${wrong(code)}`, `${code}' OR '1'='1`, "' OR 1=1 --"]) {
      // Counting starts afresh each time: what is looked at here is what is taken for the code.
      await nightlatch.runtime.d1("UPDATE challenges SET misses = 0 WHERE address = ?1", [begun.address]);
      await nightlatch.runtime.d1("DELETE FROM budgets");
      assert.equal((await guess(begun, typed)).status, 400, JSON.stringify(typed));
    }
    assert.equal(await sessionsOf(begun), 0);
  });

  test("an expired code is refused", async () => {
    const begun = await askForCode(nightlatch);
    const code = await codeOf(begun);
    const [{ id }] = await nightlatch.runtime.d1("SELECT id FROM challenges WHERE address = ?1", [begun.address]);
    // The end of a challenge is part of its id, and its code hangs on the id: an old row under the same id can't be made, a swept one can.
    await nightlatch.runtime.d1("DELETE FROM challenges WHERE id = ?1", [id]);
    const page = await guess(begun, code);
    assert.equal(page.status, 400);
    assert.equal(await sessionsOf(begun), 0);
  });

  describe("another browser's challenge", () => {
    test("the code doesn't work in a browser that didn't ask for it", async () => {
      const victim = await askForCode(nightlatch);
      const code = await codeOf(victim);
      const attacker = freshBrowser(nightlatch);
      await attacker.get(`${nightlatch.issuer}/sign-in`);
      const page = await guess(victim, code, attacker);
      assert.equal(page.status, 400);
      assert.ok(!isIn(page));
      assert.deepEqual(await misses(victim), { counted: 0, redeemed: false });
      assert.ok(isIn(await guess(victim, code)), "and still works in the one that did");
    });

    test("a browser without any cookie gets nowhere", async () => {
      const victim = await askForCode(nightlatch);
      assert.equal((await guess(victim, await codeOf(victim), freshBrowser(nightlatch))).status, 400);
    });

    test("its page can't be read by knowing its address", async () => {
      const victim = await askForCode(nightlatch);
      const attacker = freshBrowser(nightlatch);
      await attacker.get(`${nightlatch.issuer}/sign-in`);
      for (const path of ["/sign-in/code", "/sign-in"]) {
        const page = await attacker.get(`${nightlatch.issuer}${path}${new URL(victim.page.url).search}`);
        assert.equal(page.status, 400, path);
        assert.ok(!page.text.includes(victim.address));
      }
    });

    test("its ticket in the attacker's own page is refused, and the attacker's in the victim's", async () => {
      const [victim, attacker] = [await askForCode(nightlatch), await askForCode(nightlatch)];
      const ticket = (begun) => begun.page.form("/sign-in/code").fields.ticket;
      for (const [one, other] of [[victim, attacker], [attacker, victim]]) {
        const page = await one.browser.submit(one.page, { ticket: ticket(other), code: await codeOf(other) }, { path: "/sign-in/code", stopAt: "" });
        assert.equal(page.status, 400);
        assert.ok(!isIn(page));
      }
    });

    test("it can't be sent again, used up or made to fail by a stranger", async () => {
      const victim = await askForCode(nightlatch);
      const before = (await nightlatch.mailbox(victim.address)).length;
      const attacker = freshBrowser(nightlatch);
      await attacker.get(`${nightlatch.issuer}/sign-in`);
      const resent = await attacker.submit(victim.page, {}, { path: "/sign-in/resend" });
      assert.equal(resent.status, 400);
      assert.equal((await nightlatch.mailbox(victim.address)).length, before);
      for (let index = 0; index < 6; index += 1) await guess(victim, "000000", attacker);
      assert.deepEqual(await misses(victim), { counted: 0, redeemed: false });
      assert.ok(isIn(await guess(victim, await codeOf(victim))));
    });

    test("ids of challenges that are guessed find nothing", async () => {
      const victim = await askForCode(nightlatch);
      const id = new URL(victim.page.url).searchParams.get("challenge");
      const guesses = [id.slice(0, -1), `${id.slice(0, -1)}${id.endsWith("A") ? "B" : "A"}`, id.toUpperCase(), `${id}%00`, `${id}'--`, "*", "%25", "", "../..", id.slice(0, 8)];
      for (const guessed of guesses) {
        const page = await victim.browser.get(`${nightlatch.issuer}/sign-in/code?challenge=${guessed}`);
        assert.equal(page.status, 400, guessed);
        assert.ok(!page.text.includes(victim.address), guessed);
      }
    });
  });

  test("a right code for somebody else than the client named signs nobody in, and tells the code to nobody who must guess it", async () => {
    const owner = await signedInTokens(nightlatch);
    const asked = authorization(nightlatch, undefined, { id_token_hint: owner.tokens.id_token, prompt: "login" });
    const begun = await askForCode(nightlatch, { url: asked.url });
    const code = await codeOf(begun);
    for (let index = 0; index < 5; index += 1) await guess(begun, wrong(code));
    // Five are spent: from here on right and wrong look the same.
    const [right, false_] = [await guess(begun, code), await guess(begun, wrong(code))];
    assert.deepEqual([right.status, false_.status], [400, 400]);
    assert.equal(await sessionsOf(begun), 0);
  });

  test("a locked-out person's code, spent or guessed too often, looks like any other", async () => {
    const { address } = await signedInTokens(nightlatch);
    await nightlatch.runtime.d1("DELETE FROM budgets");
    await nightlatch.operate("users.disable", { user: address });
    const begun = await askForCode(nightlatch, { address });
    const { code } = await nightlatch.mail(address, { after: 1 });
    for (let index = 0; index < 5; index += 1) await guess(begun, wrong(code));
    assert.equal((await guess(begun, code)).status, 400);
    assert.equal(await sessionsOf(begun), 0);
  });

  test("two sign-ins of one newcomer at once make one person", async () => {
    const address = freshAddress();
    const first = await askForCode(nightlatch, { address });
    await nightlatch.runtime.d1("DELETE FROM budgets");
    const second = await askForCode(nightlatch, { address });
    const [newer, older] = await nightlatch.mailbox(address);
    const pages = await Promise.all([guess(first, older.code), guess(second, newer.code)]);
    assert.ok(pages.every(isIn), pages.map(({ status }) => status).join());
    const [{ count }] = await nightlatch.runtime.d1("SELECT count(DISTINCT user_id) AS count FROM addresses WHERE identity = ?1", [address]);
    assert.equal(count, 1);
    const [{ orphans }] = await nightlatch.runtime.d1("SELECT count(*) AS orphans FROM users WHERE id NOT IN (SELECT user_id FROM addresses)");
    assert.equal(orphans, 0);
    assert.equal(await sessionsOf(first), 2);
  });
});
