/**
 * The demo between two https sites, with third-party cookies blocked: the provider on one registrable domain, the
 * site on another. The first test shows that the browser does block them, else the others would prove nothing.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browser, startNightlatch } from "./support/harness.mjs";
import { claim, demoClient, signedIn, signIn, signOut, startDemoSite } from "./support/demo_site.mjs";
import { startTlsProxy } from "./support/tls_proxy.mjs";

const PROVIDER = "https://login.idp.test";
const SHOP = "https://app.shop.test/";
const PROBE = "https://probe.idp.test/";
const BOB = "bob@example.org";

describe("two https sites, third-party cookies blocked", { timeout: 120_000 }, () => {
  let site, nightlatch, proxy, chromium, context, page;
  const noise = [];

  before(async () => {
    site = await startDemoSite();
    site.config = { issuer: PROVIDER, client_id: "demo" };
    nightlatch = await startNightlatch({ issuer: PROVIDER, clients: [demoClient(SHOP)] });
    proxy = await startTlsProxy({
      "login.idp.test": nightlatch.url,
      "app.shop.test": site.url,
      "probe.idp.test": echoCookie,
    });
    // A test's context is like a private window, which blocks them anyway; the flag is for the day it isn't.
    chromium = await browser({ args: [...proxy.chromiumFlags, "--test-third-party-cookie-phaseout"] });
    context = await chromium.newContext({ ignoreHTTPSErrors: true, locale: "en-GB" });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => noise.push(String(error)));
  });

  after(async () => {
    await chromium?.close();
    await proxy?.stop();
    await nightlatch?.stop();
    await site?.stop();
  });

  test("the browser blocks third-party cookies", async () => {
    const ask = () => page.evaluate(async (url) => (await fetch(url, { credentials: "include" })).text(), PROBE);
    await page.goto(PROBE);
    assert.equal(await ask(), "seen=1", "its own page has its cookie");
    await page.goto(SHOP);
    assert.equal(await ask(), "");
    assert.equal(await ask(), "");
  });

  test("a person signs in, over https alone", async () => {
    const plain = [];
    page.on("request", (request) => request.url().startsWith("http:") && plain.push(request.url()));
    await page.goto(SHOP);
    await signIn(page, nightlatch, BOB);
    assert.equal(await claim(page, "email"), BOB);
    assert.equal(await claim(page, "iss"), PROVIDER);
    assert.deepEqual(plain, []);
  });

  test("a reload keeps them signed in", async () => {
    await page.reload();
    await signedIn(page);
    assert.equal(page.url(), SHOP);
    assert.equal(page.frames().length, 1);
  });

  test("a renewal works", async () => {
    await page.getByRole("button", { name: "Renew now" }).click();
    await page.getByText("Renewed at").waitFor();
  });

  test("another tab signs in without a code", async () => {
    const tab = await context.newPage();
    await tab.goto(SHOP);
    await tab.getByRole("button", { name: "Sign in" }).click();
    await signedIn(tab);
    await tab.close();
  });

  test("signing out ends the session at the provider too", async () => {
    await signOut(page);
    assert.equal(page.url(), SHOP);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("input[type=email]").waitFor();
    assert.deepEqual(noise, [], "nothing was thrown in a page");
  });
});

/** Says which cookies came, and sets one that is allowed everywhere but where third-party cookies are blocked. */
function echoCookie(incoming, outgoing) {
  outgoing.writeHead(200, {
    "content-type": "text/html",
    "set-cookie": "seen=1; Secure; SameSite=None; Path=/",
    "access-control-allow-origin": incoming.headers.origin ?? "*",
    "access-control-allow-credentials": "true",
  });
  outgoing.end(incoming.headers.cookie ?? "");
}
