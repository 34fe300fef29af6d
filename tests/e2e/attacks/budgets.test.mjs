/** Budgets of sends and guesses under attack: parallel, spread over challenges, over browsers, over re-requests. */

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { askForCode, atOnce, freshAddress, freshBrowser, secondsPass, startScene, tally, wrong } from "./support/scene.mjs";

/** A provider whose cooldown is off, so that sends can follow each other. */
const start = (settings) => startScene({ settings: { otp_cooldown: 0, ...settings } });
const HOUR_MS = 3_600_000;

const tries = (nightlatch) => {
  const guess = (begun, code, options = {}) => begun.browser.submit(begun.page, { code }, { path: "/sign-in/code", stopAt: "", ...options });
  const send = async (address, browser, headers) => {
    const page = await browser.get(`${nightlatch.issuer}/sign-in`);
    return browser.submit(page, { email: address }, { path: "/sign-in", headers });
  };
  const spend = async (begun, code, count) => {
    for (let index = 0; index < count; index += 1) assert.equal((await guess(begun, wrong(code))).status, 400);
  };
  return { guess, send, spend };
};

/** A refusal that says when: status, header, and a text or a time. */
function assertBlocked(page, { within = HOUR_MS } = {}) {
  assert.equal(page.status, 429);
  const wait = Number(page.headers["retry-after"]);
  assert.ok(Number.isInteger(wait) && wait >= 1 && wait * 1000 <= within, `Retry-After: ${page.headers["retry-after"]}`);
  if (page.headers["content-type"].startsWith("application/json")) {
    const { error, blocked_until: until } = page.json();
    assert.equal(error, "too_many_requests");
    assert.match(until, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(Math.abs(Date.parse(until) - Date.now() - wait * 1000) < 5_000, until);
  } else {
    assert.match(page.html.text("main"), /try again in|have it sent again in/i);
    assert.match(page.html.text("main"), /\d+ (second|minute|hour)/);
  }
}

describe("budgets", { timeout: 120_000, concurrency: false }, () => {
  let nightlatch, guess, send, spend;
  before(async () => {
    nightlatch = await start({ ip_sends_per_hour: 1000 });
    ({ guess, send, spend } = tries(nightlatch));
  });
  beforeEach(() => nightlatch.runtime.d1("DELETE FROM budgets"));
  after(() => nightlatch?.stop());

  test("guesses spread over several challenges hit the address's budget of ten an hour, and the right code is refused then", async () => {
    const address = freshAddress();
    const begun = [];
    for (let count = 0; count < 3; count += 1) begun.push(await askForCode(nightlatch, { address }));
    const [third, second, first] = await nightlatch.mailbox(address);
    await spend(begun[0], first.code, 5);
    await spend(begun[1], second.code, 5);
    assertBlocked(await guess(begun[2], third.code));
    assertBlocked(await guess(begun[2], wrong(third.code)));
    assertBlocked(await guess(begun[2], third.code, { headers: { accept: "application/json" } }));
    const [{ misses }] = await nightlatch.runtime.d1("SELECT sum(misses) AS misses FROM challenges WHERE address = ?1", [address]);
    assert.equal(misses, 10);
  });

  test("100 guesses at once over four challenges of an address: ten are counted", async () => {
    const address = freshAddress();
    const begun = [];
    for (let count = 0; count < 4; count += 1) begun.push(await askForCode(nightlatch, { address }));
    const codes = (await nightlatch.mailbox(address)).map(({ code }) => code).reverse();
    const pages = await atOnce(100, (index) => guess(begun[index % 4], wrong(codes[index % 4])));
    assert.ok(pages.every(({ status }) => [400, 429].includes(status)), JSON.stringify(tally(pages.map(({ status }) => status))));
    const rows = await nightlatch.runtime.d1("SELECT misses FROM challenges WHERE address = ?1", [address]);
    assert.equal(rows.reduce((sum, { misses }) => sum + misses, 0), 10);
    for (const [index, code] of codes.entries()) assert.equal((await guess(begun[index], code)).status, 429);
  });

  test("asking for a new code doesn't give guesses back", async () => {
    const address = freshAddress();
    for (let count = 0; count < 2; count += 1) {
      const begun = await askForCode(nightlatch, { address });
      await spend(begun, (await nightlatch.mailbox(address))[0].code, 5);
    }
    const again = await askForCode(nightlatch, { address });
    assertBlocked(await guess(again, (await nightlatch.mailbox(address))[0].code));
  });

  test("guesses at many addresses hit the budget of the IP address", async () => {
    const ip = { "cf-connecting-ip": "203.0.113.7" };
    for (let count = 0; count < 10; count += 1) {
      const begun = await askForCode(nightlatch, { browser: freshBrowser(nightlatch, { headers: ip }) });
      await spend(begun, (await nightlatch.mail(begun.address)).code, 5);
    }
    const begun = await askForCode(nightlatch, { browser: freshBrowser(nightlatch, { headers: ip }) });
    const { code } = await nightlatch.mail(begun.address);
    assertBlocked(await guess(begun, wrong(code)));
    assertBlocked(await guess(begun, code));
    begun.browser.headers["cf-connecting-ip"] = "203.0.113.8";
    assert.equal((await guess(begun, code)).status, 303, "another IP address has a budget of its own");
  });

  test("all of an IPv6 /64 is one sender, the next one is another", async () => {
    const begin = async (ip) => {
      const begun = await askForCode(nightlatch, { browser: freshBrowser(nightlatch, { headers: { "cf-connecting-ip": ip } }) });
      return { ...begun, code: (await nightlatch.mail(begun.address)).code };
    };
    for (let count = 0; count < 10; count += 1) {
      const begun = await begin(`2001:db8:1:2:${count}::${count}`);
      await spend(begun, begun.code, 5);
    }
    const [inside, outside] = [await begin("2001:db8:1:2:ffff::1"), await begin("2001:db8:1:3::1")];
    assertBlocked(await guess(inside, inside.code));
    assert.equal((await guess(outside, outside.code)).status, 303);
  });

  test("an IPv4 address written as IPv6 is the same sender", async () => {
    const subject = async (ip) => {
      await nightlatch.runtime.d1("DELETE FROM budgets");
      await askForCode(nightlatch, { browser: freshBrowser(nightlatch, { headers: { "cf-connecting-ip": ip } }), address: "same-sender@example.org" });
      return (await nightlatch.runtime.d1("SELECT subject FROM budgets ORDER BY subject")).map(({ subject }) => subject);
    };
    assert.deepEqual(await subject("203.0.113.9"), await subject("::ffff:203.0.113.9"));
  });

  test("headers of the sender's own making don't change who it is", async () => {
    const ip = "203.0.113.10";
    for (const forged of [{}, { "x-forwarded-for": "1.2.3.4" }, { "x-real-ip": "1.2.3.4" }, { "true-client-ip": "1.2.3.4" }, { forwarded: "for=1.2.3.4" }]) {
      const browser = freshBrowser(nightlatch, { headers: { "cf-connecting-ip": ip, ...forged } });
      await askForCode(nightlatch, { browser });
    }
    const rings = await nightlatch.runtime.d1("SELECT length(sends) / 10 AS sends FROM budgets ORDER BY 1 DESC");
    assert.equal(rings[0].sends, 5, "one IP address has made all of them");
  });

  test("the sixth send to an address within an hour is refused, and says until when", async () => {
    const address = freshAddress();
    for (let count = 0; count < 5; count += 1) assert.equal((await send(address, freshBrowser(nightlatch))).status, 200);
    assertBlocked(await send(address, freshBrowser(nightlatch)));
    assertBlocked(await send(address, freshBrowser(nightlatch), { accept: "application/json" }));
    assert.equal((await nightlatch.mailbox(address)).length, 5);
  });

  test("50 sends at once to an address mail five codes", async () => {
    const address = freshAddress();
    const pages = await atOnce(50, () => send(address, freshBrowser(nightlatch)));
    assert.deepEqual(tally(pages.map(({ status }) => status)), { 200: 5, 429: 45 });
    assert.equal((await nightlatch.mailbox(address)).length, 5);
    assert.equal((await nightlatch.runtime.d1("SELECT id FROM challenges WHERE address = ?1", [address])).length, 5);
  });

  test("the 21st send of a day is refused, and says until when", async () => {
    const address = freshAddress();
    await askForCode(nightlatch, { address });
    // Twenty sends, each more than an hour old: the hour is free, the day isn't.
    const now = Math.floor(Date.now() / 1000);
    const ring = Array.from({ length: 20 }, (_, index) => now - 3_700 - (19 - index)).join("");
    const [{ subject }] = await nightlatch.runtime.d1("SELECT lane AS subject FROM challenges WHERE address = ?1", [address]);
    await nightlatch.runtime.d1("UPDATE budgets SET sends = ?2 WHERE subject = ?1", [subject, ring]);
    assertBlocked(await send(address, freshBrowser(nightlatch)), { within: 24 * HOUR_MS });
    await nightlatch.runtime.d1("UPDATE budgets SET sends = substr(sends, 11) WHERE subject = ?1", [subject]);
    assert.equal((await send(address, freshBrowser(nightlatch))).status, 200, "with nineteen there is room for one");
  });

  test("the 31st wrong guess of a day is refused", async () => {
    const begun = await askForCode(nightlatch);
    const { code } = await nightlatch.mail(begun.address);
    const now = Math.floor(Date.now() / 1000);
    const ring = Array.from({ length: 30 }, (_, index) => now - 3_700 - (29 - index)).join("");
    await nightlatch.runtime.d1("UPDATE budgets SET misses = ?2 WHERE subject = (SELECT lane FROM challenges WHERE address = ?1)", [begun.address, ring]);
    const page = await guess(begun, code);
    assertBlocked(page, { within: 24 * HOUR_MS });
  });

  test("spellings of one address share its budget", async () => {
    const address = freshAddress();
    const spellings = [address, address.toUpperCase(), ` ${address} `, address.replace("example.org", "EXAMPLE.org"), address.replace("example", "ｅxample")];
    for (const spelling of spellings) assert.equal((await send(spelling, freshBrowser(nightlatch))).status, 200, spelling);
    assertBlocked(await send(address, freshBrowser(nightlatch)));
  });

  describe("the lane of a browser that has signed the address in before", () => {
    const known = async () => {
      const begun = await askForCode(nightlatch);
      assert.equal((await guess(begun, (await nightlatch.mail(begun.address)).code)).status, 303);
      await nightlatch.runtime.d1("DELETE FROM budgets");
      return begun;
    };
    const exhaustSends = async (address) => {
      for (let count = 0; count < 5; count += 1) await send(address, freshBrowser(nightlatch));
      assertBlocked(await send(address, freshBrowser(nightlatch)));
    };

    test("a stranger who spends all sends doesn't lock it out", async () => {
      const { browser, address } = await known();
      await exhaustSends(address);
      const begun = await askForCode(nightlatch, { browser, address });
      const { code } = (await nightlatch.mailbox(address))[0];
      assert.equal((await guess(begun, code)).status, 303);
    });

    test("a stranger who spends all guesses doesn't lock it out", async () => {
      const { browser, address } = await known();
      for (let count = 0; count < 2; count += 1) {
        const stranger = await askForCode(nightlatch, { address });
        await spend(stranger, (await nightlatch.mailbox(address))[0].code, 5);
      }
      const begun = await askForCode(nightlatch, { browser, address });
      assert.equal((await guess(begun, (await nightlatch.mailbox(address))[0].code)).status, 303);
    });

    test("its own guesses are counted, too", async () => {
      const { browser, address } = await known();
      for (let count = 0; count < 2; count += 1) {
        const begun = await askForCode(nightlatch, { browser, address });
        await spend(begun, (await nightlatch.mailbox(address))[0].code, 5);
      }
      const begun = await askForCode(nightlatch, { browser, address });
      assertBlocked(await guess(begun, (await nightlatch.mailbox(address))[0].code));
    });

    test("its cookie in another browser opens no lane, nor does one that is made up", async () => {
      const { browser, address } = await known();
      await exhaustSends(address);
      const cookie = browser.jar.get(nightlatch.issuer, "nl_known").value;
      for (const value of [cookie, `${cookie}x`, cookie.slice(0, -4), "a~b~c", "", "~~~~"]) {
        const thief = freshBrowser(nightlatch);
        await thief.get(`${nightlatch.issuer}/sign-in`);
        thief.jar.set(nightlatch.issuer, "nl_known", value);
        assert.equal((await send(address, thief)).status, 429, value);
      }
    });

    test("it is for that address alone", async () => {
      const { browser } = await known();
      const other = freshAddress();
      await exhaustSends(other);
      assert.equal((await send(other, browser)).status, 429);
    });

    test("a browser whose code was wrong is no known one", async () => {
      const begun = await askForCode(nightlatch);
      await guess(begun, wrong((await nightlatch.mail(begun.address)).code));
      assert.equal(begun.browser.jar.get(nightlatch.issuer, "nl_known"), undefined);
    });
  });

  test("above 200 wrong guesses an hour in the whole deployment new codes have eight digits", async () => {
    const now = Math.floor(Date.now() / 1000);
    const day = Math.floor(now / 86_400);
    await nightlatch.runtime.d1("INSERT INTO budgets (day, subject, misses) VALUES (?1, 'deployment', ?2)", [day, String(now - 60).repeat(200)]);
    const begun = await askForCode(nightlatch);
    assert.equal((await nightlatch.mail(begun.address)).code.length, 6, "200 are not above 200");
    await guess(begun, "000000");
    const next = await askForCode(nightlatch);
    const { code } = await nightlatch.mail(next.address);
    assert.equal(code.length, 8);
    assert.equal((await guess(next, code)).status, 303);
  });

  test("no address and no IP address stands in the table of budgets", async () => {
    const begun = await askForCode(nightlatch, { browser: freshBrowser(nightlatch, { headers: { "cf-connecting-ip": "203.0.113.77" } }) });
    const rows = JSON.stringify(await nightlatch.runtime.d1("SELECT * FROM budgets"));
    assert.ok(!rows.includes(begun.address) && !rows.includes("203.0.113.77"));
    const { code } = await nightlatch.mail(begun.address);
    assert.ok(!JSON.stringify(await nightlatch.runtime.d1("SELECT * FROM challenges")).includes(code), "and the code stands nowhere");
  });
});

describe("sending again", { timeout: 120_000, concurrency: false }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { otp_cooldown: 2, ip_sends_per_hour: 8 } })));
  after(() => nightlatch?.stop());

  const resend = (begun, headers) => begun.browser.submit(begun.page, {}, { path: "/sign-in/resend", headers });

  test("within the cooldown it is refused with the time; after it the same code comes again", async () => {
    const begun = await askForCode(nightlatch);
    const first = await nightlatch.mail(begun.address);
    assertBlocked(await resend(begun), { within: 3_000 });
    assertBlocked(await resend(begun, { accept: "application/json" }), { within: 3_000 });
    await secondsPass(3);
    assert.equal((await resend(begun)).status, 200);
    const again = await nightlatch.mail(begun.address, { after: 1 });
    assert.equal(again.code, first.code);
    assert.equal((await nightlatch.mailbox(begun.address)).length, 2);
  });

  test("the cooldown holds for another browser as well", async () => {
    const begun = await askForCode(nightlatch);
    const browser = freshBrowser(nightlatch);
    const page = await browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email: begun.address }, { path: "/sign-in" });
    assertBlocked(page, { within: 3_000 });
  });

  test("the ninth send from an IP address is refused, whatever the address", async () => {
    const headers = { "cf-connecting-ip": "203.0.113.99" };
    for (let count = 0; count < 8; count += 1) await askForCode(nightlatch, { browser: freshBrowser(nightlatch, { headers }) });
    const browser = freshBrowser(nightlatch, { headers });
    assertBlocked(await browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email: freshAddress() }, { path: "/sign-in" }));
  });
});

describe("sending again when little time is left", { timeout: 60_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await start({ otp_lifetime: 60, otp_fresh_remaining: 60 })));
  after(() => nightlatch?.stop());

  test("a new challenge begins, the mail says its true time, and the earlier code still verifies", async () => {
    const begun = await askForCode(nightlatch);
    const first = await nightlatch.mail(begun.address);
    await secondsPass(1);
    const page = await begun.browser.submit(begun.page, {}, { path: "/sign-in/resend" });
    assert.equal(page.status, 200);
    assert.notEqual(new URL(page.url).searchParams.get("challenge"), new URL(begun.page.url).searchParams.get("challenge"));
    const second = await nightlatch.mail(begun.address, { after: 1 });
    assert.notEqual(second.code, first.code);
    assert.match(second.text, /1 minute/);
    const old = await begun.browser.submit(begun.page, { code: first.code }, { path: "/sign-in/code", stopAt: "" });
    assert.equal(old.status, 303);
    const replay = await begun.browser.submit(begun.page, { code: first.code }, { path: "/sign-in/code", stopAt: "" });
    assert.equal(replay.status, 400);
  });
});
