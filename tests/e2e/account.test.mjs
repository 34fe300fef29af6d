/** A person looks after their own account, in Chromium: from the home page through every page of it to its end. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { authorizeUrl, codeAtSite, playSite, tokensFor, WALK_CLIENT } from "./support/every-page.mjs";
import { browser, startNightlatch } from "./support/harness.mjs";

const ANN = "ann@example.org";
const WORK = "ann@work.example";

describe("an account in its person's hands", { timeout: 180_000 }, () => {
  let nightlatch, chromium, context, page;
  const noise = [];

  before(async () => {
    nightlatch = await startNightlatch({ clients: [WALK_CLIENT], settings: { otp_cooldown: 0, ip_sends_per_hour: 1000 } });
    chromium = await browser();
    context = await chromium.newContext({ locale: "en", javaScriptEnabled: false });
    await playSite(context);
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && noise.push(message.text()));
  });

  after(async () => {
    await chromium?.close();
    await nightlatch?.stop();
  });

  test("the account asks who it is, and leads to its pages", async () => {
    await page.goto(`${nightlatch.issuer}/account`);
    await signIn(page, ANN);
    await page.waitForURL(`${nightlatch.issuer}/account`);
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    await page.getByText("1 address").waitFor();
  });

  test("the profile is saved, and greets", async () => {
    await page.getByRole("link", { name: "Profile" }).click();
    await page.getByLabel("Full name").fill("Ann Ørsted");
    await page.getByLabel("Date of birth").fill("1984-02-29");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").getByText("Saved.").waitFor();
    await toAccount();
    await page.getByText("as Ann Ørsted").waitFor();
  });

  test("an address is added by its code, becomes the primary one, and the old one goes", async () => {
    await page.getByRole("link", { name: "E-mail addresses" }).click();
    await page.getByLabel("Another e-mail address").fill(WORK);
    await page.getByRole("button", { name: "Add the address" }).click();
    await typeCode(page, WORK);
    await page.getByText("The address is added.").waitFor();
    await page.getByRole("button", { name: "Make primary" }).click();
    await page.getByText("That is your primary address now.").waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("The address is removed.").waitFor();
    assert.equal(await page.getByRole("listitem").count(), 1);
    const told = (await nightlatch.mailbox(ANN)).filter(({ code }) => code === "").map(({ text }) => text.split("\n")[0]);
    assert.deepEqual(told, [`E-mail address removed: ${ANN}`, `Primary e-mail address is now ${WORK}`, `E-mail address added: ${WORK}`]);
    await toAccount();
  });

  test("another browser is signed out from here", async () => {
    const other = await chromium.newContext({ locale: "en" });
    const elsewhere = await other.newPage();
    await elsewhere.goto(`${nightlatch.issuer}/sign-in`);
    await signIn(elsewhere, WORK);
    await page.getByRole("link", { name: "Where you’re signed in" }).click();
    await page.getByText("This browser").waitFor();
    await page.getByRole("button", { name: "Sign out there" }).click();
    await page.getByText("That browser is signed out.").waitFor();
    await elsewhere.goto(nightlatch.issuer);
    await elsewhere.getByRole("heading", { name: "Welcome" }).waitFor();
    await other.close();
    await toAccount();
  });

  test("a site is let in, seen, and disconnected", async () => {
    const tokens = await tokensFor(nightlatch, await codeAtSite(page, authorizeUrl(nightlatch.issuer)));
    const who = async () => (await fetch(`${nightlatch.url}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).status;
    assert.equal(await who(), 200);
    await page.goto(`${nightlatch.issuer}/account/apps`);
    await page.getByRole("heading", { name: "The Example Shop" }).waitFor();
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("can’t use your account any more").waitFor();
    assert.equal(await who(), 401);
    await toAccount();
  });

  test("the activity tells all of it, and the export has it", async () => {
    await page.getByRole("link", { name: "Activity" }).click();
    for (const words of [`E-mail address added: ${WORK}`, "Profile changed", "Signed out elsewhere", "Site disconnected: The Example Shop"]) {
      await page.getByText(words).first().waitFor();
    }
    await toAccount();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Your data" }).click()]);
    assert.equal(download.suggestedFilename(), "account.json");
    const data = JSON.parse(await readFile(await download.path(), "utf8"));
    assert.deepEqual([data.profile.name, data.addresses.map(({ address }) => address)], ["Ann Ørsted", [WORK]]);
  });

  test("the account ends, and says so", async () => {
    await page.getByRole("link", { name: "Delete the account" }).click();
    await page.getByLabel("To confirm, type").fill("no");
    await page.getByRole("button", { name: "Delete my account for good" }).click();
    await page.getByRole("alert").getByText("Nothing was deleted.").waitFor();
    await page.getByLabel("To confirm, type").fill(WORK);
    await page.getByRole("button", { name: "Delete my account for good" }).click();
    await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
    await page.goto(nightlatch.issuer);
    await page.getByRole("heading", { name: "Welcome" }).waitFor();
    assert.deepEqual(noise.filter((text) => !text.includes("status of 4") && !text.includes("ERR_NAME_NOT_RESOLVED")), [], "the console stays empty");
  });

  const toAccount = () => page.goto(`${nightlatch.issuer}/account`);

  async function signIn(where, address) {
    await where.locator("input[type=email]").fill(address);
    await where.locator("form button").first().click();
    await typeCode(where, address);
  }

  async function typeCode(where, address) {
    await where.locator("#code").waitFor();
    const { code } = await nightlatch.mail(address);
    await where.locator("#code").fill(code);
    const button = where.getByRole("button", { name: "Continue" });
    if (where === page) await button.click();
    await where.locator("#code").waitFor({ state: "detached" });
  }
});
