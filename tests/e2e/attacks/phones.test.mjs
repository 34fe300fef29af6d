/** Text messages that somebody else pays for, and their codes: asked for and typed many times at once. OWASP ASVS 5.0, 2.4.1, 6.5.1, 6.6.2, 6.6.3. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { freshNumber, signInByCode } from "../support/person.mjs";
import { atOnce, freshAddress, freshBrowser, startScene, tally } from "./support/scene.mjs";

const PATH = "/account/phones";

describe("text messages", { timeout: 120_000 }, () => {
  let nightlatch;
  const settings = { sms: "mailbox", otp_cooldown: 0, phone_texts_per_hour: 3, account_texts_per_hour: 5, ip_texts_per_hour: 7 };
  before(async () => (nightlatch = await startScene({ settings })));
  after(() => nightlatch?.stop());

  /** Somebody who has just signed in, on the page of numbers. */
  async function person(browser = freshBrowser(nightlatch)) {
    await signInByCode(nightlatch, browser, await browser.get(`${nightlatch.issuer}/sign-in`), { address: freshAddress() });
    return { browser, page: await browser.get(`${nightlatch.issuer}${PATH}`) };
  }

  const ask = ({ browser, page }, number) => browser.submit(page, { phone: number }, { path: PATH, stopAt: "" });
  const type = (browser, page, code) => browser.submit(page, { code }, { path: "/sign-in/code", stopAt: "" });
  const sent = async (number) => (await nightlatch.mailbox(number)).length;
  const isAdded = (page) => page.status === 303 && page.location.endsWith(`${PATH}?done=added`);

  test("twenty asked for at once by one account are five, and the rest read when it goes on", async () => {
    const [ann, all] = [await person(), Array.from({ length: 20 }, freshNumber)];
    const pages = await atOnce(20, (index) => ask(ann, all[index]));
    assert.deepEqual(tally(pages.map(({ status }) => status)), { 303: 5, 429: 15 });
    const left = pages.filter(({ status }) => status === 429).map(({ headers }) => Number(headers["retry-after"]));
    assert.ok(left.every((seconds) => seconds > 3_500 && seconds <= 3_600), String(left));
    assert.equal((await Promise.all(all.map(sent))).reduce((sum, count) => sum + count), 5);
  });

  test("twenty asked for at once for one number by as many people are three", async () => {
    const people = [];
    for (let count = 0; count < 20; count += 1) people.push(await person());
    const number = freshNumber();
    const pages = await atOnce(20, (index) => ask(people[index], number));
    assert.deepEqual([tally(pages.map(({ status }) => status)), await sent(number)], [{ 303: 3, 429: 17 }, 3]);
  });

  test("twenty asked for at once from one network by as many people are seven", async () => {
    const people = [];
    for (let count = 0; count < 20; count += 1) {
      const ann = await person();
      ann.browser.headers = { ...ann.browser.headers, "cf-connecting-ip": "203.0.113.77" };
      people.push(ann);
    }
    const pages = await atOnce(20, (index) => ask(people[index], freshNumber()));
    assert.deepEqual(tally(pages.map(({ status }) => status)), { 303: 7, 429: 13 });
  });

  test("a right code typed fifty times at once adds one number", async () => {
    const [ann, number] = [await person(), freshNumber()];
    const page = await ann.browser.follow(await ask(ann, number));
    const { code } = await nightlatch.mail(number);
    const pages = await atOnce(50, () => type(ann.browser, page, code));
    assert.deepEqual([pages.filter(isAdded).length, tally(pages.map(({ status }) => status))], [1, { 303: 1, 400: 49 }]);
    assert.equal((await nightlatch.runtime.d1("SELECT number FROM phones WHERE number = ?1", [number])).length, 1);
    assert.equal((await type(ann.browser, page, code)).status, 400, "and works never again");
  });

  test("fifty guesses at once are five, and the right code is spent with them", async () => {
    const [ann, number] = [await person(), freshNumber()];
    const page = await ann.browser.follow(await ask(ann, number));
    const { code } = await nightlatch.mail(number);
    await atOnce(50, () => type(ann.browser, page, "no code"));
    const [{ misses }] = await nightlatch.runtime.d1("SELECT misses FROM challenges WHERE address = ?1", [number]);
    assert.equal(misses, 5);
    assert.equal((await type(ann.browser, page, code)).status, 400);
  });

  test("two people with codes for one number at once: it belongs to one of them", async () => {
    const [both, number] = [[await person(), await person()], freshNumber()];
    const begun = [];
    for (const one of both) {
      const page = await one.browser.follow(await ask(one, number));
      begun.push({ browser: one.browser, page, code: (await nightlatch.mailbox(number))[0].code });
    }
    const pages = await atOnce(2, (index) => type(begun[index].browser, begun[index].page, begun[index].code));
    assert.deepEqual(pages.map(isAdded).sort(), [false, true]);
  });

  test("another browser's page and code are worth nothing, even to somebody signed in", async () => {
    const [ann, eve, number] = [await person(), await person(), freshNumber()];
    const page = await ann.browser.follow(await ask(ann, number));
    const { code } = await nightlatch.mail(number);
    const stolen = await type(eve.browser, page, code);
    assert.equal(stolen.status, 400);
    assert.equal((await eve.browser.get(page.url)).status, 400);
    assert.ok(isAdded(await type(ann.browser, page, code)), "and it still works where it belongs");
  });

  test("a form from elsewhere sends nothing", async () => {
    const [ann, number] = [await person(), freshNumber()];
    for (const headers of [{ origin: "https://evil.example" }, { origin: null }, { origin: "null" }]) {
      const answer = await ann.browser.submit(ann.page, { phone: number }, { path: PATH, stopAt: "", headers });
      assert.equal(answer.status, 403, JSON.stringify(headers));
    }
    assert.equal(await sent(number), 0);
  });
});
