/** Passwords in the built Worker: hashes of every scheme, guesses in parallel, what time tells, and the pages in a real browser. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { importFile } from "../../scripts/lib/import.mjs";
import { inProject } from "../../scripts/lib/project.mjs";
import { atOnce, authorization, decode, freshAddress, freshBrowser, redeem, SPA, startScene, tally } from "./attacks/support/scene.mjs";
import { authorizeUrl, playSite, WALK_CLIENT } from "./support/every-page.mjs";
import { browser as chromium } from "./support/harness.mjs";

const RIGHT = "correct horse battery staple";
const OTHER = "a quiet harbour in the morning";
/** bcrypt, the lowest cost: of `RIGHT`. */
const BCRYPT = "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG";
const CHEAP = { passwords: "on", argon2_memory_kib: 4096, argon2_iterations: 1 };
const WIDE = { ip_guesses_per_hour: 100_000 };

/** The vectors of other implementations, without the empty passwords, which no form sends. */
const vectors = () =>
  JSON.parse(readFileSync(inProject("tests/vectors/password_hashes.json"), "utf8")).vectors.filter(({ password }) => password !== "");

/** People as an operator imports them; gives their addresses. */
async function settle(nightlatch, hashes) {
  const people = hashes.map((password_hash) => ({ email: freshAddress(), email_verified: true, password_hash }));
  const records = people.map((record, index) => ({ line: index + 1, record }));
  const { records: outcomes } = await nightlatch.operate("users.import", { records });
  assert.deepEqual(tally(outcomes.map(({ outcome }) => outcome)), { created: people.length });
  return people.map(({ email }) => email);
}

/** The password page of somebody on the way to a client, or to our own home page. */
async function passwordPage(nightlatch, { browser = freshBrowser(nightlatch), url } = {}) {
  const first = await browser.get(url ?? `${nightlatch.issuer}/sign-in`);
  const { request } = first.form("/sign-in").fields;
  const page = await browser.post(`${nightlatch.issuer}/sign-in/password`, { request, email: "" }, { from: first.url });
  assert.equal(page.status, 200);
  return { browser, page };
}

const guess = ({ browser, page }, email, password, headers) =>
  browser.submit(page, { email, password }, { path: "/sign-in/password", stopAt: "", headers });
const isIn = ({ status }) => status === 303;

describe("passwords", { timeout: 300_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { ...CHEAP, ...WIDE } })));
  after(() => nightlatch?.stop());

  test("hashes of every scheme sign in, and are ours from then on", async () => {
    const all = vectors();
    assert.ok(all.length >= 30);
    const addresses = await settle(nightlatch, all.map(({ hash }) => hash));
    for (const [index, { password, hash }] of all.entries()) {
      assert.ok(isIn(await guess(await passwordPage(nightlatch), addresses[index], password)), hash);
      const [{ hash: kept }] = await nightlatch.runtime.d1("SELECT p.hash FROM passwords p JOIN addresses a USING (user_id) WHERE identity = ?1", [addresses[index]]);
      assert.match(kept, /^\$argon2id\$v=19\$m=4096,t=1,p=1\$/, hash);
      assert.ok(isIn(await guess(await passwordPage(nightlatch), addresses[index], password)), `${hash}, made anew`);
    }
  });

  test("fifty wrong passwords at once and then the right one: five are judged", async () => {
    const [address] = await settle(nightlatch, [BCRYPT]);
    const begun = await passwordPage(nightlatch);
    const answers = await atOnce(50, (index) => guess(begun, address, `${RIGHT} ${index}`));
    assert.deepEqual(tally(answers.map(({ status }) => status)), { 400: 4, 429: 46 });
    const right = await guess(begun, address, RIGHT);
    assert.equal(right.status, 429);
    assert.ok(Number(right.headers["retry-after"]) > 290);
    const [{ blocks, failures }] = await nightlatch.runtime.d1("SELECT blocks, failures FROM throttles");
    assert.deepEqual({ blocks, failures }, { blocks: 1, failures: "" });
    await nightlatch.runtime.d1("DELETE FROM throttles");
  });

  test("the right one among fifty at once is taken while it is one of the five, or not at all", async () => {
    const [address] = await settle(nightlatch, [BCRYPT]);
    const begun = await passwordPage(nightlatch);
    const answers = await atOnce(50, (index) => guess(begun, address, index === 30 ? RIGHT : `${RIGHT} ${index}`));
    const counts = tally(answers.map(({ status }) => status));
    assert.ok((counts[303] ?? 0) <= 1, JSON.stringify(counts));
    // Its success forgets what failed before it: then five more are judged, and never more.
    assert.ok((counts[400] ?? 0) <= (counts[303] ? 8 : 4), JSON.stringify(counts));
    await nightlatch.runtime.d1("DELETE FROM throttles");
  });

  test("a right password sent ten times at once signs in ten times, though the first one makes its hash anew", async () => {
    const [address] = await settle(nightlatch, [BCRYPT]);
    const begun = await passwordPage(nightlatch);
    const answers = await atOnce(10, () => guess(begun, address, RIGHT));
    assert.deepEqual(tally(answers.map(({ status }) => status)), { 303: 10 });
  });

  test("a program is told the same in JSON, with the time of a block", async () => {
    const begun = await passwordPage(nightlatch);
    const [known] = await settle(nightlatch, [BCRYPT]);
    const bodies = [];
    for (const address of [known, freshAddress()]) {
      const answers = [];
      for (let index = 0; index < 6; index += 1) answers.push(await guess(begun, address, OTHER, { accept: "application/json" }));
      bodies.push(answers.map(({ status, text }) => `${status} ${text.replace(/\d{4}-[\dT:-]+Z/, "TIME")}`));
    }
    assert.deepEqual(bodies[0], bodies[1]);
    assert.match(bodies[0][5], /^429 .*"blocked_until":"TIME"/);
  });

  test("a reset by mailed code ends the sessions of everybody else", async () => {
    const [address] = await settle(nightlatch, [BCRYPT]);
    const thief = await passwordPage(nightlatch);
    assert.ok(isIn(await guess(thief, address, RIGHT)));
    const home = async (browser) => (await browser.get(`${nightlatch.issuer}/`)).text;
    assert.match(await home(thief.browser), /You’re signed in/);

    const asked = authorization(nightlatch);
    const { browser, page } = await passwordPage(nightlatch, { url: asked.url });
    const form = page.form("/sign-in/password");
    const codePage = await browser.post(`${nightlatch.issuer}/sign-in`, { ...form.fields, email: address, forgot: "yes" }, { from: page.url });
    const { code } = await nightlatch.mail(address);
    const asks = await browser.submit(codePage, { code }, { path: "/sign-in/code" });
    assert.match(asks.url, /\/sign-in\/new-password\?/);
    const back = await browser.submit(asks, { new_password: OTHER }, { path: "/sign-in/new-password", stopAt: asked.redirectUri });
    const { json } = await redeem(nightlatch, { ...asked, client: SPA, code: back.answer.code });
    assert.deepEqual(decode(json.id_token).claims.amr, ["otp"]);
    assert.doesNotMatch(await home(thief.browser), /You’re signed in/);
    assert.match((await nightlatch.mail(address, { after: 1 })).text, /password/i, "and a notice goes out");
    assert.equal((await guess(await passwordPage(nightlatch), address, RIGHT)).status, 400);
  });

  test("a file is imported line by line, and says what became of each", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nightlatch-import-"));
    try {
      const file = join(folder, "people.jsonl");
      const lines = Array.from({ length: 60 }, (_, index) => JSON.stringify({ email: `imported-${index}@example.org`, name: `Person ${index}`, email_verified: true, password_hash: BCRYPT }));
      writeFileSync(file, `\uFEFF${lines.join("\r\n")}\n\nnot json\n{"email":"imported-1@example.org"}\n{"email":"nobody"}\n`);
      const shown = await importFile(file, (input) => nightlatch.operate("users.import", input));
      assert.equal(shown.message, "60 created, 0 updated, 1 skipped, 2 failed.");
      assert.deepEqual(shown.left.map(({ line, outcome }) => [line, outcome]), [[62, "failed"], [63, "skipped"], [64, "failed"]]);
      assert.ok(isIn(await guess(await passwordPage(nightlatch), "imported-59@example.org", RIGHT)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what time tells", { timeout: 120_000 }, () => {
  let nightlatch;
  // A hash that takes as long as a real one, so that leaving it out would show.
  before(async () => (nightlatch = await startScene({ settings: { ...WIDE, passwords: "on", throttle_failures: 100, throttle_failures_per_day: 100 } })));
  after(() => nightlatch?.stop());

  test("somebody with a password, without one, locked out, and nobody take one hash's time each", async () => {
    const [known, locked, without] = await settle(nightlatch, [BCRYPT, BCRYPT, undefined]);
    const begun = await passwordPage(nightlatch);
    for (const address of [known, locked]) assert.ok(isIn(await guess(await passwordPage(nightlatch), address, RIGHT)), "the hash is ours now");
    await nightlatch.operate("users.disable", { user: locked });
    const addresses = { known, locked, without, nobody: freshAddress() };
    const times = Object.fromEntries(Object.keys(addresses).map((name) => [name, []]));
    const floor = [];
    for (let round = 0; round < 15; round += 1) {
      for (const [name, address] of Object.entries(addresses)) times[name].push(await took(() => guess(begun, address, OTHER)));
      // As much of everything else, but no hash: an address that isn't one.
      floor.push(await took(() => guess(begun, "not an address", OTHER)));
    }
    // The quickest of many: whatever else the machine does only adds.
    const quickest = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, Math.min(...list)]));
    const least = Math.min(...Object.values(quickest));
    const most = Math.max(...Object.values(quickest));
    assert.ok(most < 1.5 * least, JSON.stringify(quickest));
    assert.ok(least > 2 * Math.min(...floor), `${JSON.stringify(quickest)}, without any hash ${Math.min(...floor)}`);
  });

  async function took(act) {
    const begun = performance.now();
    assert.equal((await act()).status, 400);
    return performance.now() - begun;
  }
});

describe("the pages of passwords in Chromium", { timeout: 120_000 }, () => {
  let nightlatch, engine;
  before(async () => {
    nightlatch = await startScene({ settings: { ...CHEAP, otp_cooldown: 0 }, clients: [WALK_CLIENT] });
    engine = await chromium();
  });
  after(async () => {
    await engine?.close();
    await nightlatch?.stop();
  });

  async function open(options = {}) {
    const context = await engine.newContext({ locale: "en", ...options });
    await playSite(context);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    return { context, page };
  }

  test("from the client by password and back, with a slip, a look at what is typed, and a reload", async () => {
    const [address] = await settle(nightlatch, [BCRYPT]);
    const { context, page } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(authorizeUrl(nightlatch.issuer));
    await page.getByLabel("E-mail address").fill(address);
    await page.getByRole("button", { name: "Use a password" }).click();
    await page.waitForURL(/\/sign-in\/password$/);
    assert.equal(await page.getByLabel("E-mail address").inputValue(), address);
    const field = page.getByLabel("Password", { exact: true });
    assert.equal(await field.evaluate((node) => node === document.activeElement), true, "the cursor waits in the password's field");

    await field.fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    assert.equal(await field.inputValue(), "", "what was typed is not sent back");
    await page.reload();
    await page.getByRole("alert").waitFor();

    await page.evaluate((text) => navigator.clipboard.writeText(text), RIGHT);
    await field.focus();
    await page.keyboard.press("Control+V");
    assert.equal(await field.inputValue(), RIGHT, "pasting works");
    await page.getByLabel("Show the password").check();
    assert.equal(await field.getAttribute("type"), "text");
    await page.getByLabel("Show the password").uncheck();
    assert.equal(await field.getAttribute("type"), "password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/app\.example\.test\/callback\?/);
    assert.ok(new URL(page.url()).searchParams.get("code"));
    await context.close();
  });

  test("the address page's Enter still sends a code", async () => {
    const { context, page } = await open();
    await page.goto(`${nightlatch.issuer}/sign-in`);
    await page.getByLabel("E-mail address").fill(freshAddress());
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sign-in\/code\?/);
    await context.close();
  });

  test("a forgotten password, without JavaScript", async () => {
    const [address] = await settle(nightlatch, [BCRYPT]);
    const { context, page } = await open({ javaScriptEnabled: false });
    await page.goto(authorizeUrl(nightlatch.issuer));
    await page.getByLabel("E-mail address").fill(address);
    await page.getByRole("button", { name: "Use a password" }).click();
    assert.equal(await page.getByLabel("Show the password").isVisible(), false, "what needs a script isn't there");
    await page.getByRole("button", { name: "Forgot your password?" }).click();
    await page.waitForURL(/\/sign-in\/code\?/);
    const { code } = await nightlatch.mail(address);
    await page.locator("#code").fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/sign-in\/new-password\?/);
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("New password").fill(OTHER);
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.waitForURL(/app\.example\.test\/callback\?/);
    await context.close();
  });

  test("managers find what they look for, and nothing is cut off", async () => {
    const { context, page } = await open();
    await page.goto(`${nightlatch.issuer}/sign-in`);
    await page.getByRole("button", { name: "Use a password" }).click();
    const look = (selector) => page.locator(selector).evaluate((node) => ({ type: node.type, autocomplete: node.autocomplete, longest: node.maxLength, name: node.name }));
    assert.deepEqual(await look("#password"), { type: "password", autocomplete: "current-password", longest: -1, name: "password" });
    assert.equal((await look("#email")).autocomplete, "username");
    await page.locator("#email").fill(freshAddress());
    await page.getByRole("button", { name: "Send me a code instead" }).click();
    await page.waitForURL(/\/sign-in\/code\?/, { timeout: 5_000 });
    await context.close();
  });
});
