/** A passkey added from the client's own site, by the browser module for passkeys and the demo's button; then a sign-in there by passkey alone. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { claim, signedIn, signIn, startDemo } from "./support/demo_site.mjs";
import { VirtualAuthenticator } from "./support/virtual-authenticator.mjs";

const SETTINGS = { otp_cooldown: 0, address_sends_per_hour: 100, address_sends_per_day: 100 };

describe("a passkey from the client's own site", { timeout: 180_000 }, () => {
  let site, nightlatch, chromium, stop, context, page, device, noise, address;
  let people = 0;

  before(async () => ({ site, nightlatch, chromium, stop } = await startDemo({ settings: SETTINGS })));
  after(() => stop?.());

  beforeEach(async () => {
    context = await chromium.newContext({ locale: "en-GB" });
    noise = [];
    address = `site${(people += 1)}@example.org`;
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => noise.push(String(error)));
    await page.goto(site.url);
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(noise, [], "nothing is thrown in the page");
  });

  /** Signs in by code while the browser has no authenticator, so that nothing is offered on the way; then it has one. */
  async function byCode() {
    await signIn(page, nightlatch, address);
    assert.equal(await claim(page, "acr"), "1");
    device = await VirtualAuthenticator.on(page);
  }

  const add = () => page.getByRole("button", { name: "Add a passkey" }).click();

  test("the site's page adds it, and it signs in alone with acr 2", async () => {
    await byCode();
    await add();
    await page.getByText("Next time it signs you in.").waitFor();
    const [credential] = await device.credentials();
    assert.equal(credential.rpId, "localhost");
    await context.clearCookies();
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(site.url);
    await page.getByRole("button", { name: "Sign in" }).click();
    // The authenticator answers the address page's autofill at once.
    await signedIn(page);
    assert.deepEqual([await claim(page, "acr"), await claim(page, "amr")], ["2", "pop, user, mfa"]);
    assert.equal(await claim(page, "email"), address);
  });

  test("an account that has a passkey asks for it before another one is added", async () => {
    await byCode();
    await add();
    await page.getByText("Next time it signs you in.").waitFor();
    // The proof is a code's: too little for an account with a passkey. The person shows it, and comes back.
    await add();
    await signedIn(page);
    await page.waitForFunction(() => document.querySelector("[data-claim=acr]")?.textContent === "2");
  });
});
