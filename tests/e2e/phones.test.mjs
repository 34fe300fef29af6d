/** A person gives a phone number, in Chromium: the code comes by the operator's webhook, a server on loopback, and a site learns the number. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { authorizeUrl, codeAtSite, playSite, tokensFor, WALK_CLIENT } from "./support/every-page.mjs";
import { browser, startNightlatch } from "./support/harness.mjs";
import { textMessages } from "./support/mail-providers.mjs";
import { StandIn } from "./support/stand-in.mjs";

const ANN = "ann@example.org";
const NUMBER = "+447700900123";
const CLIENT = { ...WALK_CLIENT, scope: "openid phone" };

describe("a phone number", { timeout: 120_000 }, () => {
  let nightlatch, chromium, standIn, page;

  before(async () => {
    standIn = await StandIn.start();
    standIn.begin({ [textMessages.path]: textMessages.takes });
    const settings = { ...textMessages.settings(standIn.origin), otp_cooldown: 0, mail_timeout_ms: 2_000 };
    nightlatch = await startNightlatch({ clients: [CLIENT], settings });
    chromium = await browser();
    // Without JavaScript: the page of the code does everything by its buttons.
    const context = await chromium.newContext({ locale: "en", javaScriptEnabled: false });
    await playSite(context);
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${nightlatch.issuer}/account`);
    await page.locator("input[type=email]").fill(ANN);
    await page.locator("form button").first().click();
    await typeCode((await nightlatch.mail(ANN)).code);
    await page.getByRole("heading", { name: "Your account" }).waitFor();
  });

  after(async () => {
    await chromium?.close();
    await nightlatch?.stop();
    await standIn?.stop();
  });

  test("is spoken of in discovery", async () => {
    const metadata = await (await fetch(`${nightlatch.url}/.well-known/openid-configuration`)).json();
    assert.ok(metadata.scopes_supported.includes("phone") && metadata.claims_supported.includes("phone_number_verified"));
  });

  test("is told to nobody who doesn't take it", async () => {
    standIn.begin({ [textMessages.path]: textMessages.refuses });
    await askFor(NUMBER);
    await page.getByRole("alert").getByText("We couldn’t send the text message just now.").waitFor();
    assert.equal(standIn.received.length, 1, "one try");
    assert.deepEqual(nightlatch.events("text_failed").map(({ reason, status }) => [reason, status]), [["refused", 503]]);
  });

  test("is added by the code that the signed webhook was handed", async () => {
    standIn.begin({ [textMessages.path]: textMessages.takes });
    await askFor("+44 (0)7700 900 123");
    await page.getByRole("heading", { name: "Check your phone" }).waitFor();
    const { to, text, code } = textMessages.read(await standIn.request());
    assert.equal(to, NUMBER);
    assert.equal(text, `${code} is your code for Nightlatch. Valid for 10 minutes. Type it only at localhost.\n\n@localhost #${code}`);
    await typeCode(code === "000000" ? "000001" : "000000");
    await page.getByRole("alert").getByText("That code doesn’t work.").waitFor();
    await typeCode(code);
    await page.getByRole("status").getByText("The number is added.").waitFor();
    assert.equal(await page.getByRole("listitem").count(), 1);
    const log = nightlatch.log.map(({ message }) => message).join("\n");
    assert.ok(!log.includes("7700900123") && !log.includes(code), "neither number nor code is logged");
  });

  test("is learnt by a site that may know it", async () => {
    assert.deepEqual(await userinfo(), { phone_number: NUMBER, phone_number_verified: true });
  });

  test("is told of by mail, and goes when its person says so", async () => {
    await page.goto(`${nightlatch.issuer}/account/phones`);
    await page.getByRole("button", { name: `Remove: ${NUMBER}` }).click();
    await page.getByRole("status").getByText("The number is removed.").waitFor();
    const told = async () => (await nightlatch.mailbox(ANN)).filter(({ code }) => code === "").map(({ text }) => text.split("\n")[0]);
    for (const until = Date.now() + 5_000; (await told()).length < 2 && Date.now() < until; );
    assert.deepEqual(await told(), ["Phone number removed: …0123", "Phone number added: …0123"]);
    assert.deepEqual(await userinfo(), {});
  });

  async function userinfo() {
    const code = await codeAtSite(page, authorizeUrl(nightlatch.issuer, { scope: "openid phone" }));
    const tokens = await tokensFor(nightlatch, code);
    const response = await fetch(`${nightlatch.url}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const { sub, ...claims } = await response.json();
    assert.ok(sub);
    return claims;
  }

  async function askFor(number) {
    await page.goto(`${nightlatch.issuer}/account/phones`);
    await page.getByLabel("Add a phone number").fill(number);
    await page.getByRole("button", { name: "Send me a code" }).click();
  }

  async function typeCode(code) {
    await page.locator("#code").fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
  }
});
