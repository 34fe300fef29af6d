/**
 * One person through every way to prove who they are, in Chromium: from another provider with a password and onto an authenticator app, then in by both
 * of them, a passkey from the site's own page, out, and in by the passkey alone. At each step the ID token says exactly what was shown, and when.
 */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AuthenticatorApp } from "./support/authenticator-app.mjs";
import { claim, signedIn, signOut, startDemo } from "./support/demo_site.mjs";
import { VirtualAuthenticator } from "./support/virtual-authenticator.mjs";

const ANN = "ann@example.org";
const PASSWORD = "correct horse battery staple";
/** bcrypt at its lowest cost: of `PASSWORD`. */
const HASH = "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG";
const SETTINGS = { passwords: "on", argon2_memory_kib: 4096, argon2_iterations: 1 };

describe("one person with every factor", { timeout: 300_000 }, () => {
  let site, nightlatch, chromium, stop, page, app, device, sub, proven;
  /** Paths of the provider's pages that were shown, in order. */
  const shown = [];
  const noise = [];

  before(async () => {
    ({ site, nightlatch, chromium, stop } = await startDemo({ settings: SETTINGS }));
    const records = [{ line: 1, record: { email: ANN, name: "Ann Archer", email_verified: true, password_hash: HASH } }];
    assert.deepEqual((await nightlatch.operate("users.import", { records })).records.map(({ outcome }) => outcome), ["created"]);
    page = await (await chromium.newContext({ locale: "en-GB" })).newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => noise.push(String(error)));
    page.on("framenavigated", (frame) => frame.url().startsWith(nightlatch.url) && shown.push(new URL(frame.url()).pathname));
  });

  after(() => stop?.());

  test("an authenticator app is added on the account's page after the imported password", async () => {
    await page.goto(`${nightlatch.issuer}/account/authenticators/add`);
    await usePassword();
    app = new AuthenticatorApp(await page.locator("#key").textContent());
    await page.getByLabel("Code that the app shows now").fill(await app.next());
    await page.getByRole("button", { name: "Add this app" }).click();
    await page.locator(".codes li").first().waitFor();
    await signOutAtHome();
  });

  test("the site's sign-in takes the password and then the app: acr 2, amr pwd otp mfa, the time of the password", async () => {
    await page.goto(site.url);
    await page.getByRole("button", { name: "Sign in" }).click();
    const [from, to] = await meanwhile(usePassword);
    await page.waitForURL(/\/sign-in\/second\?/);
    await page.getByLabel("Code from your authenticator app").fill(await later(to, () => app.next()));
    const claims = await tokenOf(() => page.getByRole("button", { name: "Continue" }).click());
    await signedIn(page);
    assert.deepEqual([claims.acr, claims.amr], ["2", ["pwd", "otp", "mfa"]]);
    assertBetween(claims.auth_time, from, to);
    assert.equal(await claim(page, "email"), ANN);
    [{ sub }, proven] = [claims, claims.auth_time];
  });

  test("the site's own page adds a passkey, which changes nothing about the session", async () => {
    device = await VirtualAuthenticator.on(page);
    const mails = (await nightlatch.mailbox(ANN)).length;
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("Next time it signs you in.").waitFor();
    assert.ok(page.url().startsWith(site.url), "without a way through the provider's pages");
    const [credential, ...others] = await device.credentials();
    assert.deepEqual([credential.rpId, credential.isResidentCredential, others], ["localhost", true, []]);
    const claims = await tokenOf(() => page.getByRole("button", { name: /renew/i }).click());
    assert.deepEqual([claims.acr, claims.amr, claims.auth_time, claims.sub], ["2", ["pwd", "otp", "mfa"], proven, sub]);
    assert.match((await nightlatch.mail(ANN, { after: mails })).text, /Passkey added/);
  });

  test("after signing out nobody is signed in", async () => {
    await signOut(page);
    const other = await page.context().newPage();
    await other.goto(nightlatch.issuer);
    await other.getByRole("heading", { name: "Welcome" }).waitFor();
    await other.close();
  });

  test("the passkey alone signs in: acr 2, amr pop user mfa, the time of now", async () => {
    // So that its button is pressed: without a finger on it the device doesn't answer the address field's autofill.
    await device.waits();
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
    shown.length = 0;
    const from = now();
    await device.touches();
    const claims = await tokenOf(() => page.getByRole("button", { name: "Sign in with a passkey" }).click());
    await signedIn(page);
    assert.deepEqual([claims.acr, claims.amr, claims.sub], ["2", ["pop", "user", "mfa"], sub]);
    assertBetween(claims.auth_time, from, now());
    assert.ok(claims.auth_time > proven);
    assert.deepEqual(shown, [], "no further page of the provider's came between");
  });

  test("one box where app and passkey are asked for, and the passkey takes what is ticked there", async () => {
    await signOut(page);
    await device.waits();
    await page.getByRole("button", { name: "Sign in" }).click();
    await usePassword();
    await device.touches();
    await page.getByLabel("Code from your authenticator app").waitFor();
    await page.getByRole("checkbox").check();
    const claims = await tokenOf(() => page.getByRole("button", { name: "Use your passkey" }).click());
    assert.deepEqual([claims.acr, claims.amr], ["2", ["pwd", "pop", "user", "mfa"]]);
    await signedIn(page);
    await signOut(page);
    await device.waits();
    await page.getByRole("button", { name: "Sign in" }).click();
    shown.length = 0;
    const remembered = await tokenOf(usePassword);
    assert.deepEqual([remembered.acr, remembered.amr], ["1", ["pwd"]]);
    assert.ok(!shown.includes("/sign-in/second"), "the browser is trusted");
    assert.deepEqual(noise, [], "nothing was thrown in any page");
  });

  const now = () => Math.floor(Date.now() / 1000);

  /** From the address page: chooses the password and types it. */
  async function usePassword() {
    await page.getByLabel("E-mail address").fill(ANN);
    await page.getByRole("button", { name: "Use a password" }).click();
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-in/password"));
  }

  async function signOutAtHome() {
    await page.goto(nightlatch.issuer);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/signed-out");
  }

  /** The seconds between which something happened. */
  async function meanwhile(act) {
    const from = now();
    await act();
    return [from, now()];
  }

  /** Does something at least two seconds after that moment, so that the two times differ. */
  async function later(moment, act) {
    await page.waitForTimeout(Math.max(0, (moment + 2) * 1000 - Date.now()));
    return act();
  }

  /** The claims of the ID token that the site gets when somebody does this. */
  async function tokenOf(act) {
    const answered = page.waitForResponse((response) => response.url() === `${nightlatch.url}/token` && response.request().method() === "POST");
    await act();
    const { id_token: token } = await (await answered).json();
    return JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  }

  function assertBetween(time, from, to) {
    assert.ok(from <= time && time <= to, `${time} is not within ${from} and ${to}`);
  }
});
