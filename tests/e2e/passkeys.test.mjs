/** Passkeys in a person's hands: Chromium with its virtual authenticator, on the running Worker. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { authorizeUrl, tokensFor, WALK_CLIENT } from "./support/every-page.mjs";
import { browser, startNightlatch } from "./support/harness.mjs";
import { VirtualAuthenticator } from "./support/virtual-authenticator.mjs";

const SETTINGS = { otp_cooldown: 0, address_sends_per_hour: 1000, address_sends_per_day: 1000, ip_sends_per_hour: 1000 };

describe("passkeys in a person's hands", { timeout: 180_000 }, () => {
  let site, callback, nightlatch, chromium, context, page, device, address, noise;
  let people = 0;

  before(async () => {
    site = createServer((request, response) => response.setHeader("content-type", "text/html").end("<!doctype html><title>Site</title>"));
    await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
    callback = `http://127.0.0.1:${site.address().port}/callback`;
    nightlatch = await startNightlatch({ clients: [{ ...WALK_CLIENT, logo_uri: undefined, redirect_uris: [callback] }], settings: SETTINGS });
    chromium = await browser();
  });

  after(async () => {
    await chromium?.close();
    await nightlatch?.stop();
    site?.close();
  });

  beforeEach(async () => {
    noise = [];
    address = `passkey${(people += 1)}@example.org`;
    context = await chromium.newContext({ locale: "en-GB" });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => noise.push(String(error)));
    page.on("console", (message) => {
      // A refused post is a 400, which Chromium notes.
      if (message.type() === "error" && !message.text().includes("status of 400")) noise.push(message.text());
    });
    device = await VirtualAuthenticator.on(page);
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(noise, [], "the console stays empty, of refusals by the content security policy too");
  });

  const button = (name) => page.getByRole("button", { name });
  const toSite = (more) => page.goto(authorizeUrl(nightlatch.issuer, { redirect_uri: callback, ...more })).catch(() => undefined);
  const atSite = async () => {
    await page.waitForURL(`${callback}?**`);
    return new URL(page.url()).searchParams;
  };
  const signOut = () => context.clearCookies();

  /** Signs in by code; gives back when the code has been typed. */
  async function byCode(more) {
    await toSite(more);
    await page.locator("input[type=email]").fill(address);
    await page.locator("form button").first().click();
    await page.locator("#code").waitFor();
    // The script asks the device first whether it can make passkeys.
    await page.waitForFunction(() => document.querySelector("[name=passkeys]").value === "1");
    const { code } = await nightlatch.mail(address);
    await page.locator("#code").fill(code);
  }

  async function enrolled() {
    await byCode();
    await button("Add a passkey").click();
    await atSite();
    assert.equal((await device.credentials()).length, 1);
    await signOut();
  }

  test("a passkey is added after a sign-in by code, and its button signs in", async () => {
    await enrolled();
    await device.waits();
    await toSite();
    await button("Sign in with a passkey").waitFor();
    await device.touches();
    await button("Sign in with a passkey").click();
    assert.ok((await atSite()).get("code"));
    assert.equal(await acr(page, nightlatch, callback), "2");
  });

  test("autofill on the address field signs in without a press of a button", async () => {
    await enrolled();
    await device.waits();
    await toSite();
    await button("Sign in with a passkey").waitFor();
    assert.equal(await page.locator("#email").getAttribute("autocomplete"), "username webauthn");
    // The device of the tests has no list to choose from: with its finger on it, it answers as soon as the page asks.
    await device.touches();
    await toSite();
    assert.ok((await atSite()).get("code"));
  });

  test("a sign-in by code steps up from acr 1 to 2 by the passkey", async () => {
    await byCode();
    await button("Add a passkey").click();
    await atSite();
    assert.equal(await acr(page, nightlatch, callback), "1");
    await toSite({ acr_values: "2" });
    await button("Use your passkey").click();
    await atSite();
    assert.equal(await acr(page, nightlatch, callback), "2");
  });

  test("not now goes on to the site, and isn't asked again in this browser", async () => {
    await byCode();
    await button("Not now").click();
    assert.ok((await atSite()).get("code"));
    await byCode({ prompt: "login" });
    assert.ok((await atSite()).get("code"));
  });

  test("a device that doesn't know the person signs nobody in, and can't add a passkey", async () => {
    await enrolled();
    await device.forgetsThePerson();
    await toSite();
    await button("Sign in with a passkey").click();
    await page.waitForTimeout(500);
    assert.ok(page.url().startsWith(nightlatch.issuer), "still at the provider");
    address = `other.${address}`;
    await signOut();
    await toSite();
    await page.locator("input[type=email]").fill(address);
    await page.locator("form button").first().click();
    await page.locator("#code").waitFor();
    await page.locator("[name=passkeys]").evaluate((field) => (field.value = "1"));
    await page.locator("#code").fill((await nightlatch.mail(address)).code);
    await button("Add a passkey").click();
    await page.waitForTimeout(500);
    assert.ok(await button("Not now").isVisible());
    await button("Not now").click();
    await atSite();
  });

  test("the account's page adds a second one, and what it removes signs nobody in any more", async () => {
    await enrolled();
    await page.goto(`${nightlatch.issuer}/account/passkeys`);
    // The device answers the address page's autofill, which leads on to where the person was going.
    await page.waitForURL("**/account/passkeys");
    await page.getByRole("heading", { name: "Chromium" }).or(page.getByRole("heading", { name: "Passkey", exact: true })).first().waitFor();
    // The device has one already and says so.
    await button("Add a passkey").click();
    await page.getByText("This device has a passkey for you already.").waitFor();
    await button("Remove").click();
    await page.getByText("The passkey was removed.").waitFor();
    await signOut();
    await device.waits();
    await toSite();
    if ((await device.credentials()).length) {
      await button("Sign in with a passkey").waitFor();
      await device.touches();
      await button("Sign in with a passkey").click();
      await page.locator("#problem").waitFor();
    }
  });

  test("a passkey that was removed here says so once, and the mail's code still signs in", async () => {
    await enrolled();
    await nightlatch.runtime.d1("DELETE FROM passkeys");
    await toSite();
    await button("Sign in with a passkey").click();
    await page.locator("#problem", { hasText: "That passkey didn’t work." }).waitFor();
    assert.notEqual(await page.locator("#passkey").getAttribute("data-unknown"), "");
    await byCode();
    await button("Not now").click();
    await atSite();
  });
});

/** The `acr` that the code at the site's URL stands for. */
async function acr(page, nightlatch, callback) {
  const { id_token: token } = await tokensFor(nightlatch, new URL(page.url()).searchParams.get("code"), callback);
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url")).acr;
}
