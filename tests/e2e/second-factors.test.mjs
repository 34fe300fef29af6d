/**
 * An authenticator app in a person's hands, in real Chromium: added on the account's page from its QR code, asked for at the next sign-in, replaced by a
 * recovery code, left out in a browser that is remembered, removed. OWASP ASVS 5.0, 6.3.3, 6.5.1, 6.5.2, 6.5.5 and 7.5.1.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import jsQR from "jsqr";
import { AuthenticatorApp, oathtoolCode, reckonedCode } from "./support/authenticator-app.mjs";
import { browser, startNightlatch } from "./support/harness.mjs";

describe("authenticator apps and recovery codes in a person's hands", { timeout: 300_000 }, () => {
  let nightlatch, chromium, context, page, noise, address;
  let people = 0;

  before(async () => {
    const settings = { otp_cooldown: 0, ip_sends_per_hour: 1000, address_sends_per_hour: 100, address_sends_per_day: 100 };
    nightlatch = await startNightlatch({ settings });
    chromium = await browser();
  });

  after(async () => {
    await chromium?.close();
    await nightlatch?.stop();
  });

  beforeEach(async () => {
    noise = [];
    address = `holder${(people += 1)}@example.org`;
    await open();
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(noise, [], "the console stays empty, of refusals by the content security policy too");
  });

  test("an app is added from its QR code, and asked for at the next sign-in; oathtool shows what we take", async () => {
    await firstFactor();
    await onPage("/");
    const { app, codes } = await addApp();
    assert.equal(codes.length, 10);
    const seconds = Math.floor(Date.now() / 1000);
    const theirs = oathtoolCode(app.key, seconds);
    if (theirs === undefined) console.log('oathtool is missing: its codes weren\'t compared (Debian: "apt-get install oathtool")');
    else assert.equal(theirs, reckonedCode(app.key, seconds));

    await signOut();
    await firstFactor();
    await page.waitForURL(/\/sign-in\/second/);
    await page.locator("#code").fill("000000");
    await submit();
    await page.getByRole("alert").waitFor();
    noise.length = 0;
    await page.locator("#code").fill(await app.next());
    await submit();
    await onPage("/");
  });

  test("recovery codes are downloaded, one replaces the app once, and the person is told by mail", async () => {
    await firstFactor();
    await onPage("/");
    const { codes, file } = await addApp();
    assert.ok(codes.every((code) => file.includes(code)), "the file has all of them");
    await signOut();
    const mails = (await nightlatch.mailbox(address)).length;
    for (const [code, works] of [[codes[2].toLowerCase().replace("-", " "), true], [codes[2], false]]) {
      await firstFactor();
      await page.waitForURL(/\/sign-in\/second/);
      await page.getByRole("link", { name: "Use a recovery code" }).click();
      await page.locator("input[name=recovery_code]").fill(code);
      await submit();
      if (works) {
        await onPage("/");
        await signOut();
      } else {
        await page.getByRole("alert").waitFor();
        noise.length = 0;
      }
    }
    const told = await nightlatch.mail(address, { after: mails + 1 });
    const notices = (await nightlatch.mailbox(address)).filter(({ text }) => /recovery code/i.test(text));
    assert.ok(told && notices.length > 0);
  });

  test("a browser that is remembered isn't asked again, until it is forgotten on the account's page", async () => {
    await firstFactor();
    await onPage("/");
    const { app } = await addApp();
    await signOut();
    await firstFactor();
    await page.waitForURL(/\/sign-in\/second/);
    await page.getByLabel(/Don’t ask again in this browser/).check();
    await page.locator("#code").fill(await app.next());
    await submit();
    await onPage("/");
    await signOut();
    await firstFactor();
    await onPage("/");
    await page.goto(`${nightlatch.issuer}/account/browsers`);
    await page.getByRole("button", { name: "Ask there again" }).click();
    await page.getByRole("status").waitFor();
    await signOut();
    await firstFactor();
    await page.waitForURL(/\/sign-in\/second/);
  });

  test("changing factors takes a sign-in with both of them; the app is removed, and a code from the mail is enough again", async () => {
    await firstFactor();
    await onPage("/");
    const { app } = await addApp();
    await page.goto(`${nightlatch.issuer}/account/authenticators`);
    await page.getByRole("button", { name: /^Remove/ }).click();
    await page.waitForURL(/\/account\/confirm/);
    await sendAndType();
    await page.waitForURL(/\/sign-in\/second/);
    await page.locator("#code").fill(await app.next());
    await submit();
    await onPage("/account/authenticators");
    await page.getByRole("button", { name: /^Remove/ }).click();
    await page.getByRole("status").waitFor();
    await signOut();
    await firstFactor();
    await onPage("/");
  });

  test("without JavaScript all of it works", async () => {
    await open({ javaScriptEnabled: false });
    await firstFactor();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    const { app, codes } = await addApp();
    assert.equal(codes.length, 10);
    await page.goto(`${nightlatch.issuer}/account/authenticators/add`);
    await page.waitForURL(/\/account\/confirm/);
    await sendAndType();
    await page.waitForURL(/\/sign-in\/second/);
    await page.locator("#code").fill(await app.next());
    await submit();
    await onPage("/account/authenticators/add");
  });

  async function open(options = {}) {
    await context?.close();
    context = await chromium.newContext({ locale: "en", acceptDownloads: true, ...options });
    page = await context.newPage();
    page.on("console", (message) => noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(String(error)));
  }

  const onPage = (path) => page.waitForURL((url) => url.pathname === path);
  const submit = () => page.locator("main form button[type=submit]").first().click();

  /** Signs in by a code from the mail at our own page. */
  async function firstFactor() {
    await page.goto(`${nightlatch.issuer}/sign-in`);
    await page.locator("input[type=email]").fill(address);
    await sendAndType();
  }

  /** From an address page that has the address. */
  async function sendAndType() {
    const before = (await nightlatch.mailbox(address)).length;
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.waitForURL(/\/sign-in\/code/);
    const { code } = await nightlatch.mail(address, { after: before });
    await page.locator("#code").fill(code);
    // With a script the whole code goes on by itself.
    if (page.url().includes("/sign-in/code")) await page.getByRole("button", { name: "Continue" }).click({ timeout: 2_000 }).catch(() => undefined);
    await page.waitForURL((url) => url.pathname !== "/sign-in/code");
    if (new URL(page.url()).pathname.includes("passkey")) await page.getByRole("button", { name: "Not now" }).click();
  }

  async function signOut() {
    await page.goto(nightlatch.issuer);
    await page.getByRole("button", { name: "Sign out" }).click();
    await onPage("/signed-out");
  }

  /** Adds an app from the account's first page; gives it, the recovery codes that are shown, and the downloaded file. */
  async function addApp() {
    await page.goto(`${nightlatch.issuer}/account`);
    await page.getByRole("link", { name: /Authenticator apps/ }).click();
    await page.getByRole("link", { name: "Add an authenticator app" }).click();
    const key = (await page.locator("#key").textContent()).trim();
    const read = new URL(await readQr());
    assert.equal(read.protocol, "otpauth:");
    assert.equal(read.searchParams.get("secret"), key.replaceAll(" ", ""), "the QR code says what the text says");
    assert.ok(decodeURIComponent(read.pathname).endsWith(`:${address}`));
    const app = new AuthenticatorApp(read.searchParams.get("secret"));
    await page.getByLabel("Name").fill("My phone");
    await page.getByLabel("Code that the app shows now").fill(await app.next());
    await submit();
    await page.locator(".codes li").first().waitFor();
    const codes = await page.locator(".codes li").allTextContents();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
    const file = readFileSync(await download.path(), "utf8");
    assert.equal(download.suggestedFilename(), "recovery-codes.txt");
    await page.getByRole("link", { name: "I’ve kept them" }).click();
    await onPage("/account");
    return { app, codes, file };
  }

  /** What a camera sees: the pixels of the QR code as it is on the screen. */
  async function readQr() {
    const picture = (await page.locator("svg.qr").screenshot()).toString("base64");
    const dark = await chromium.newPage();
    const { width, height, pixels } = await dark.evaluate(async (source) => {
      const image = new Image();
      image.src = `data:image/png;base64,${source}`;
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
      const brush = canvas.getContext("2d");
      brush.drawImage(image, 0, 0);
      return { width: image.width, height: image.height, pixels: [...brush.getImageData(0, 0, image.width, image.height).data] };
    }, picture);
    await dark.close();
    return jsQR(new Uint8ClampedArray(pixels), width, height).data;
  }
});
