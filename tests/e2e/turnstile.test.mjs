/** Turnstile before a send, against a server on loopback that plays Cloudflare's: who isn't vouched for gets no code and spends nothing. */

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { freshAddress, freshBrowser } from "./attacks/support/scene.mjs";
import { startNightlatch } from "./support/harness.mjs";
import { attributes } from "./support/html.mjs";
import { babbles, breaksOff, hangs, says, StandIn, stallsAfter } from "./support/stand-in.mjs";

const SITE_KEY = "0x4AAAAAAAsitekey";
const SECRET = "0x4AAAAAAAthe-secret&of=this+site";
const ORIGIN = "https://challenges.cloudflare.com";
const PATH = "/turnstile/v0/siteverify";
const IP = "203.0.113.44";
const REFUSED = "We couldn’t tell that you’re human. Please tick the box and try again.";
const yes = says(200, { success: true, challenge_ts: "2026-11-21T20:38:00Z", hostname: "localhost", "error-codes": [] });
const no = says(200, { success: false, "error-codes": ["timeout-or-duplicate"] });

const TROUBLES = {
  "says no": no,
  "says nothing of success": says(200, {}),
  "says a success that is a text": says(200, { success: "true" }),
  "answers an empty body": says(200),
  "answers a page": says(200, "<html>true</html>"),
  "answers 400": says(400, { success: false, "error-codes": ["invalid-input-secret"] }),
  "breaks with the words of a yes": says(500, { success: true }),
  "leads elsewhere with the words of a yes": says(302, { success: true }, { location: "/elsewhere" }),
  "answers more than 64 KiB": says(200, `{"success":true,"x":"${"x".repeat(64 * 1024)}"}`),
  "breaks off": breaksOff,
  "speaks no HTTP": babbles,
  "hangs": hangs,
  "stops in the middle": stallsAfter(200, '{"success":true'),
};

describe("Turnstile", { timeout: 90_000, concurrency: false }, () => {
  let nightlatch, standIn, settings;
  before(async () => {
    standIn = await StandIn.start();
    settings = { turnstile_site_key: SITE_KEY, turnstile_secret: SECRET, turnstile_url: `${standIn.origin}${PATH}` };
    nightlatch = await startNightlatch({ settings });
  });
  beforeEach(() => standIn.begin({ [PATH]: yes }));
  after(async () => {
    await nightlatch?.stop();
    await standIn?.stop();
  });

  const open = async (headers) => {
    const browser = freshBrowser(nightlatch, { headers });
    return { browser, page: await browser.get(`${nightlatch.issuer}/sign-in`) };
  };
  const send = ({ browser, page }, fields, headers) => browser.submit(page, fields, { path: "/sign-in", headers });
  const rows = async () => (await nightlatch.runtime.d1("SELECT (SELECT count(*) FROM budgets) + (SELECT count(*) FROM challenges) AS count"))[0].count;

  async function assertRefused(fields) {
    const address = freshAddress();
    const before = await rows();
    const page = await send(await open(), { email: address, ...fields });
    assert.equal(page.status, 400);
    assert.ok(page.html.text("main").includes(REFUSED), page.html.text("main"));
    assert.equal(page.form().fields.email, address, "the address needn't be typed again");
    assertWidget(page);
    assert.deepEqual(await nightlatch.mailbox(address), []);
    assert.equal(await rows(), before, "nothing is spent");
  }

  /** The widget, its script, the words for who has no script, and a policy that lets in just that. */
  function assertWidget(page) {
    const scripts = page.html.all("script").map(attributes).filter((script) => script.src);
    assert.deepEqual(scripts.map((script) => script.src), [`${ORIGIN}/turnstile/v0/api.js`]);
    const widgets = page.html.all("div").map(attributes).filter((one) => one.class === "cf-turnstile");
    assert.deepEqual(widgets.map((one) => one["data-sitekey"]), [SITE_KEY]);
    assert.match(page.text, /<noscript>.*needs JavaScript/);
    const policy = Object.fromEntries(page.headers["content-security-policy"].split("; ").map((part) => part.split(/ (.*)/)));
    assert.deepEqual([policy["default-src"], policy["frame-src"]], ["'none'", ORIGIN]);
    const [own, ...others] = policy["script-src"].split(" ");
    assert.match(own, /^'sha256-[\w+/]{43}='$/, "the page's own script");
    assert.deepEqual(others, [ORIGIN]);
    assert.ok(!page.text.includes(SECRET) && !JSON.stringify(page.headers).includes(SECRET), "the secret is never shown");
  }

  test("the address page has the widget, and the site key but never the secret", async () => {
    const { page } = await open();
    assert.equal(page.status, 200);
    assertWidget(page);
  });

  test("a good token sends the code; secret, token and IP address reach the server, and the code page needs no widget", async () => {
    const address = freshAddress();
    const begun = await open({ "cf-connecting-ip": IP });
    const page = await send(begun, { email: address, "cf-turnstile-response": "good & token" });
    assert.equal(page.status, 200);
    const [{ method, path, headers, body }, ...more] = standIn.received;
    assert.deepEqual([method, path, headers["content-type"], more], ["POST", PATH, "application/x-www-form-urlencoded", []]);
    assert.deepEqual([...new URLSearchParams(body)], [["secret", SECRET], ["response", "good & token"], ["remoteip", IP]]);
    assert.ok(!page.headers["content-security-policy"].includes(ORIGIN) && !page.text.includes(SITE_KEY));
    const { code } = await nightlatch.mail(address);
    assert.equal((await begun.browser.submit(page, { code }, { path: "/sign-in/code" })).url, `${nightlatch.issuer}/`);
    assert.ok(!JSON.stringify(nightlatch.log).includes(SECRET));
  });

  test("no token, an empty one and one that is too long are refused without asking", async () => {
    for (const token of [null, "", "x".repeat(2_049)]) await assertRefused({ "cf-turnstile-response": token });
    assert.deepEqual(standIn.received, []);
  });

  for (const [name, answer] of Object.entries(TROUBLES)) {
    test(`where the server ${name} nobody is vouched for`, async () => {
      standIn.begin({ [PATH]: answer });
      await assertRefused({ "cf-turnstile-response": "token" });
      assert.deepEqual(standIn.paths, [PATH]);
    });
  }

  test("a program is told in JSON", async () => {
    standIn.begin({ [PATH]: no });
    const answer = await send(await open(), { email: freshAddress(), "cf-turnstile-response": "token" }, { accept: "application/json" });
    assert.deepEqual([answer.status, answer.json().error], [400, "access_denied"]);
  });

  test("where nobody listens nobody is vouched for", async () => {
    const gone = await StandIn.start();
    await gone.stop();
    const other = await startNightlatch({ settings: { ...settings, turnstile_url: `${gone.origin}${PATH}` } });
    try {
      const browser = freshBrowser(other);
      const page = await browser.submit(await browser.get(`${other.issuer}/sign-in`), { email: freshAddress(), "cf-turnstile-response": "token" });
      assert.equal(page.status, 400);
      assert.ok(page.html.text("main").includes(REFUSED));
    } finally {
      await other.stop();
    }
  });
});
