/** The pages in a person's hands: keyboard alone, no JavaScript, paste, back, reload, a second tab. Chromium on the running Worker. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { authorizeUrl, playSite, WALK_CLIENT } from "./support/every-page.mjs";
import { browser, startNightlatch } from "./support/harness.mjs";

const STATE = "what the site must get back: ä=&";

describe("the pages in a person's hands", { timeout: 180_000 }, () => {
  let site, nightlatch, chromium, context, page, noise, address;
  let people = 0;

  before(async () => {
    site = await startCallback();
    nightlatch = await startNightlatch({ clients: [{ ...WALK_CLIENT, redirect_uris: [site.url] }], settings: { ip_sends_per_hour: 1000 } });
    chromium = await browser();
  });

  after(async () => {
    await chromium?.close();
    await nightlatch?.stop();
    await site?.stop();
  });

  beforeEach(async () => {
    noise = [];
    address = `person${(people += 1)}@example.org`;
    await open();
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(noise, [], "the console stays empty, of refusals by the content security policy too");
  });

  test("the keyboard alone signs in: each field has the focus, Enter sends, the whole code goes on by itself", async () => {
    await page.goto(authorizeUrl(nightlatch.issuer, { redirect_uri: site.url, state: STATE }));
    await page.keyboard.type(address);
    await page.keyboard.press("Enter");
    await page.locator("#code").waitFor();
    await page.keyboard.type(await theCode());
    await back(page);
  });

  test("the keyboard alone signs out again: Tab reaches the button, and the focus shows", async () => {
    await signInAtHome();
    await page.keyboard.press("Tab");
    const button = page.getByRole("button", { name: "Sign out" });
    assert.equal(await button.evaluate((element) => element.matches(":focus-visible") && getComputedStyle(element).outlineStyle), "solid");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${nightlatch.issuer}/signed-out`);
  });

  test("without JavaScript everything works: a wrong code, another address, the right code by its button", async () => {
    await open({ javaScriptEnabled: false });
    await toCodePage();
    await page.locator("#code").fill(other(await theCode()));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("That code doesn’t work.").waitFor();
    await page.getByRole("link", { name: "Use another address" }).click();
    address = `another.${address}`;
    await sendAddress();
    await page.locator("#code").fill(await theCode());
    await page.getByRole("button", { name: "Continue" }).click();
    await back(page);
  });

  test("without JavaScript a code that was just sent isn't sent again, and the page says when", async () => {
    await open({ javaScriptEnabled: false });
    await toCodePage();
    await page.getByRole("button", { name: "Send it again" }).click();
    await page.locator(".problem").waitFor();
    assert.equal((await nightlatch.mailbox(address)).length, 1);
    await page.locator("#code").fill(await theCode());
    await page.getByRole("button", { name: "Continue" }).click();
    await back(page);
  });

  test("a pasted code may have a gap, and goes on by itself, once", async () => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: nightlatch.issuer });
    await toCodePage();
    const code = await theCode();
    let posts = 0;
    page.on("request", (request) => (posts += request.method() === "POST" ? 1 : 0));
    await page.evaluate((text) => navigator.clipboard.writeText(text), ` ${code.slice(0, 3)} ${code.slice(3)}\n`);
    await page.locator("#code").press("Control+V");
    await back(page);
    assert.equal(posts, 1);
  });

  for (const [name, zero] of [["Arabic", 0x660], ["full-width", 0xff10]]) {
    test(`a code typed in ${name} digits counts`, async () => {
      await toCodePage();
      const typed = (await theCode()).replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)));
      await page.locator("#code").pressSequentially(typed);
      await back(page);
    });
  }

  test("after a wrong code the next one goes on by itself too", async () => {
    await toCodePage();
    const code = await theCode();
    await page.locator("#code").pressSequentially(other(code));
    await page.getByText("That code doesn’t work.").waitFor();
    assert.equal(await page.locator("#code").getAttribute("aria-invalid"), "true");
    await page.keyboard.type(code);
    await back(page);
  });

  test("a reload of the code page keeps the whole way back", async () => {
    await toCodePage();
    await page.reload();
    await page.locator("#code").fill(await theCode());
    await back(page);
  });

  test("back to the address and forward to the code keeps the whole way back", async () => {
    await toCodePage();
    await page.goBack();
    await page.locator("input[type=email]").waitFor();
    await page.goForward();
    await page.locator("#code").fill(await theCode());
    await back(page);
  });

  test("back from the site after signing in leads to a page that says what to do, not to another sign-in", async () => {
    await toCodePage();
    await page.locator("#code").fill(await theCode());
    await back(page);
    const answer = await page.goBack();
    assert.equal(new URL(page.url()).pathname, "/sign-in/code");
    assert.equal(answer.status(), 400);
    await page.getByRole("heading", { name: "This step is already done" }).waitFor();
    assert.equal(await page.locator("form").count(), 0);
  });

  test("a second tab finishes what the first began, and the first says so kindly", async () => {
    await toCodePage();
    const second = await newTab();
    await second.goto(page.url());
    await second.locator("#code").fill(await theCode());
    await back(second);
    await page.locator("#code").fill(await theCode());
    await page.getByRole("heading").waitFor();
    assert.match(page.url(), /\/sign-in\/code$/);
    assert.equal(await page.locator(".problem, dl").count(), 1);
  });

  test("two sign-ins in two tabs don't disturb each other", async () => {
    await toCodePage();
    const first = await theCode();
    const second = await newTab();
    const [mine, theirs] = [address, `another.${address}`];
    address = theirs;
    await second.goto(authorizeUrl(nightlatch.issuer, { redirect_uri: site.url, state: "second" }));
    await sendAddress(second);
    await second.locator("#code").fill(await theCode());
    await second.waitForURL(`${site.url}?**`);
    assert.equal(new URL(second.url()).searchParams.get("state"), "second");
    address = mine;
    await page.locator("#code").fill(first);
    await back(page);
  });

  test("the button that sends again counts down, then works", async () => {
    await page.clock.install();
    await toCodePage();
    const again = page.locator("#again");
    assert.ok(await again.isDisabled());
    assert.match(await again.textContent(), /0:5\d|1:00/);
    await page.clock.fastForward("01:01");
    assert.ok(await again.isEnabled());
    assert.equal(await again.textContent(), "Send it again");
  });

  test("a code in the address's fragment fills the field and waits for the person", async () => {
    await toCodePage();
    const code = await theCode();
    const url = page.url();
    // A mail's link opens a page anew.
    await page.goto("about:blank");
    await page.goto(`${url}#code=${code}`);
    assert.equal(await page.locator("#code").inputValue(), code);
    assert.equal(page.url(), url);
    await page.getByRole("button", { name: "Continue" }).press("Enter");
    await back(page);
  });

  test("a login hint fills the field and sends nothing", async () => {
    await page.goto(authorizeUrl(nightlatch.issuer, { redirect_uri: site.url, login_hint: address }));
    assert.equal(await page.locator("input[type=email]").inputValue(), address);
    assert.equal((await nightlatch.mailbox(address)).length, 0);
  });

  test("after signing out at a client's wish, a link leads back to it", async () => {
    await signInAtHome();
    await page.goto(`${nightlatch.issuer}/logout?client_id=${WALK_CLIENT.client_id}`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "You’re signed out" }).waitFor();
    const link = page.getByRole("link", { name: WALK_CLIENT.client_name });
    assert.equal(await link.getAttribute("href"), WALK_CLIENT.client_uri);
  });

  test("a person who would rather stay is still signed in", async () => {
    await signInAtHome();
    await page.goto(`${nightlatch.issuer}/logout`);
    await page.getByRole("link", { name: "Stay signed in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    assert.equal(page.url(), `${nightlatch.issuer}/`);
  });

  async function open(options = {}) {
    await context?.close();
    context = await chromium.newContext({ locale: "en-GB", ...options });
    await playSite(context);
    page = await newTab();
  }

  async function newTab() {
    const tab = await context.newPage();
    tab.setDefaultTimeout(15_000);
    tab.on("console", (message) => {
      // A page with status 400 or 429 is told there, too.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource: the server responded")) noise.push(message.text());
    });
    tab.on("pageerror", (error) => noise.push(String(error)));
    return tab;
  }

  async function toCodePage() {
    await page.goto(authorizeUrl(nightlatch.issuer, { redirect_uri: site.url, state: STATE }));
    await sendAddress();
  }

  async function sendAddress(tab = page) {
    await tab.locator("input[type=email]").fill(address);
    await tab.locator("input[type=email]").press("Enter");
    await tab.locator("#code").waitFor();
  }

  async function signInAtHome() {
    await page.goto(nightlatch.issuer);
    await page.getByRole("link", { name: "Sign in" }).click();
    await sendAddress();
    await page.locator("#code").fill(await theCode());
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  }

  /** Waits until the tab is at the client, with all that the client sent along. */
  async function back(tab) {
    await tab.waitForURL(`${site.url}?**`);
    const answer = new URL(tab.url()).searchParams;
    assert.equal(answer.get("state"), STATE);
    assert.ok(answer.get("code"));
  }

  async function theCode() {
    return (await nightlatch.mail(address)).code;
  }
});

/** A code of the same length that isn't it. */
const other = (code) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, "0");

/** The client's page that people come back to. Playwright's routes see no address that a redirect leads to, so it is a real one. */
async function startCallback() {
  const server = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end('<!doctype html><link rel="icon" href="data:,">'));
  await new Promise((settle) => server.listen(0, "127.0.0.1", settle));
  return {
    url: `http://localhost:${server.address().port}/callback`,
    stop: () => new Promise((settle) => (server.closeAllConnections(), server.close(settle))),
  };
}
