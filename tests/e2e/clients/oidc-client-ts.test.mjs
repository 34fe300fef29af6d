/** oidc-client-ts 3, unchanged, in Chromium: sign-in by redirect and pop-up, renewal by refresh token and by frame, sign-out. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { browser, startNightlatch } from "../support/harness.mjs";
import { startStaticSite } from "./support/static-site.mjs";

const EVE = "eve@example.org";
/** One person signs in again and again, each time from a browser that is new to her. */
const SETTINGS = { otp_cooldown: 0, address_sends_per_hour: 100, address_sends_per_day: 100 };
const LIFETIME = 3600;

describe("oidc-client-ts", { timeout: 180_000 }, () => {
  let site, nightlatch, chromium, context, page, noise;

  before(async () => {
    site = await startStaticSite(() => appScript(nightlatch.issuer));
    const { url } = site;
    const client = {
      client_id: "spa",
      token_endpoint_auth_method: "none",
      redirect_uris: [`${url}callback`, `${url}popup`, `${url}silent`],
      post_logout_redirect_uris: [url],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      scope: "openid profile email offline_access",
    };
    nightlatch = await startNightlatch({ clients: [client], settings: SETTINGS });
    chromium = await browser();
  });

  after(async () => {
    await chromium?.close();
    await nightlatch?.stop();
    await site?.stop();
  });

  beforeEach(async () => {
    context = await chromium.newContext({ locale: "en-GB" });
    noise = [];
    context.on("weberror", (error) => noise.push(String(error.error())));
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(site.url);
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(noise, [], "nothing is thrown in the pages");
  });

  test("a person signs in by redirect, and the site knows them", async () => {
    const user = await signInByRedirect();
    assert.equal(user.profile.email, EVE);
    assert.equal(user.profile.iss, nightlatch.issuer);
    assert.equal(user.state, "where I was");
    assert.ok(user.refresh_token);
  });

  test("a silent renewal takes the refresh token, and needs no frame", async () => {
    const before = await signInByRedirect();
    const frames = count(page, "frameattached");
    const after = await page.evaluate(() => manager().signinSilent());
    assert.equal(frames(), 0);
    assert.notEqual(after.access_token, before.access_token);
    assert.notEqual(after.refresh_token, before.refresh_token);
    assert.equal(after.profile.sub, before.profile.sub);
  });

  test("without a refresh token a silent renewal goes through a frame with prompt=none", async () => {
    await signInByRedirect();
    const asked = page.waitForRequest((request) => request.isNavigationRequest() && request.url().includes("prompt=none"));
    const user = await page.evaluate(() => manager({ scope: "openid email" }, "other").signinSilent());
    assert.notEqual((await asked).frame(), page.mainFrame());
    assert.equal(user.profile.email, EVE);
    assert.equal(user.refresh_token, undefined);
  });

  test("an automatic renewal happens before the token is over", async () => {
    const before = await signInByRedirect();
    const after = await page.evaluate(
      (soon) =>
        new Promise((settle, refuse) => {
          const watching = manager({ automaticSilentRenew: true, accessTokenExpiringNotificationTimeInSeconds: soon });
          watching.events.addUserLoaded((user) => {
            if (user.access_token === watching.first) return;
            watching.stopSilentRenew();
            settle(user);
          });
          watching.events.addSilentRenewError(refuse);
          watching.getUser().then((user) => {
            watching.first = user.access_token;
            return watching.events.load(user);
          });
        }),
      LIFETIME - 2,
    );
    assert.notEqual(after.access_token, before.access_token);
    assert.equal(after.profile.sub, before.profile.sub);
  });

  test("a person signs in by pop-up", async () => {
    const opened = context.waitForEvent("page");
    const signedIn = page.evaluate(() => manager().signinPopup());
    const popup = await opened;
    await typeAddressAndCode(popup);
    const user = await signedIn;
    assert.equal(user.profile.email, EVE);
    assert.ok(popup.isClosed());
    assert.equal(page.url(), site.url);
  });

  test("signing out by redirect ends the session too: a frame finds nobody then", async () => {
    await signInByRedirect();
    await page.evaluate(() => manager().signoutRedirect({ state: "bye" })).catch(() => {});
    await page.waitForURL(`${site.url}?state=*`);
    assert.equal(await page.evaluate(() => manager().signoutRedirectCallback().then(({ userState }) => userState)), "bye");
    assert.equal(await page.evaluate(() => manager().getUser()), null);
    assert.equal(await silentProblem(), "login_required");
  });

  test("revoked tokens renew nothing", async () => {
    await signInByRedirect();
    const problem = await page.evaluate(async () => {
      const mine = manager({ revokeTokenTypes: ["refresh_token"] });
      const { refresh_token } = await mine.getUser();
      await mine.revokeTokens();
      await mine.storeUser(Object.assign(await mine.getUser(), { refresh_token }));
      return mine.signinSilent().then(() => "none", ({ error }) => error);
    });
    assert.equal(problem, "invalid_grant");
  });

  test("asked to sign in anew, the person proves themselves again", async () => {
    const before = await signInByRedirect();
    // auth_time counts seconds.
    await page.waitForFunction((then) => Date.now() / 1000 >= then, before.profile.auth_time + 1);
    const again = await signInByRedirect({ prompt: "login" });
    assert.equal(again.profile.sub, before.profile.sub);
    assert.ok(again.profile.auth_time > before.profile.auth_time);
  });

  /** From the site's own page to the site's callback; gives the user as the library has them. */
  async function signInByRedirect(more = {}) {
    await page.goto(site.url);
    await page.evaluate((more) => manager().signinRedirect({ state: "where I was", ...more }), more).catch(() => {});
    await typeAddressAndCode(page);
    await page.waitForURL(`${site.url}callback?*`);
    return page.evaluate(() => manager().signinRedirectCallback());
  }

  async function typeAddressAndCode(tab) {
    const before = (await nightlatch.mailbox(EVE)).length;
    await tab.locator("input[type=email]").fill(EVE);
    await tab.locator("input[type=email]").press("Enter");
    const code = tab.locator("input[autocomplete='one-time-code']");
    await code.waitFor();
    // The page sends itself once the code is whole.
    await code.fill((await nightlatch.mail(EVE, { after: before })).code);
  }

  function silentProblem() {
    return page.evaluate(() => manager({ scope: "openid" }, "other").signinSilent().then(() => "none", ({ error }) => error));
  }
});

/** The site's own script: a manager as the library's documentation makes it, and the two callbacks that other windows need. */
function appScript(issuer) {
  return `
    function manager(more, prefix = "site") {
      return new oidc.UserManager({
        authority: ${JSON.stringify(issuer)},
        client_id: "spa",
        redirect_uri: location.origin + "/callback",
        popup_redirect_uri: location.origin + "/popup",
        silent_redirect_uri: location.origin + "/silent",
        post_logout_redirect_uri: location.origin + "/",
        scope: "openid profile email offline_access",
        loadUserInfo: true,
        filterProtocolClaims: false,
        automaticSilentRenew: false,
        userStore: new oidc.WebStorageStateStore({ store: sessionStorage, prefix }),
        ...more,
      });
    }
    if (location.pathname === "/popup") manager().signinPopupCallback();
    if (location.pathname === "/silent") manager().signinSilentCallback();`;
}

/** Counts a page's events from now on. */
function count(page, event) {
  let number = 0;
  page.on(event, () => (number += 1));
  return () => number;
}
