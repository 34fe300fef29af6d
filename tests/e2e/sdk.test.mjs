/** The browser module and its element, through the demo site, in Chromium, against the built Worker. */

import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, describe, test } from "node:test";
import { claim, signedIn, signedOut, signIn, signOut, startDemo } from "./support/demo_site.mjs";

const ANN = "ann@example.org";
/** One person signs in again and again, each time from a browser that is new to her. */
const SETTINGS = { otp_cooldown: 0, address_sends_per_hour: 100, address_sends_per_day: 100 };

describe("the browser module", { timeout: 180_000 }, () => {
  let site, nightlatch, chromium, stop, context, page, noise;

  before(async () => ({ site, nightlatch, chromium, stop } = await startDemo({ settings: SETTINGS })));
  after(() => stop?.());

  beforeEach(async () => {
    context = await chromium.newContext({ locale: "en-GB" });
    noise = [];
    page = await newTab(site.url);
  });

  afterEach(async () => {
    await context.close();
    assert.deepEqual(noise, [], "nothing is thrown in the page");
  });

  async function newTab(url) {
    const tab = await context.newPage();
    tab.setDefaultTimeout(20_000);
    tab.on("pageerror", (error) => noise.push(String(error)));
    await tab.goto(url);
    return tab;
  }

  /** The client that the demo made: the same for the same issuer and id. */
  function inPage(tab, act, argument) {
    return tab.evaluate(
      async ([source, argument]) => {
        const { issuer, client_id: clientId } = await (await fetch("/config.json")).json();
        const { NightlatchClient } = await import(`${issuer}/nightlatch.js`);
        return new Function(`return ${source}`)()(new NightlatchClient({ issuer, clientId }), argument);
      },
      [String(act), argument],
    );
  }

  test("a person signs in by code, sees their claims, and lands on the URL they left", async () => {
    await page.goto(`${site.url}?colour=blue#here`);
    await signIn(page, nightlatch, ANN);
    assert.equal(page.url(), `${site.url}?colour=blue#here`);
    assert.equal(await claim(page, "email"), ANN);
    assert.equal(await claim(page, "iss"), nightlatch.url);
    assert.ok(await page.getByRole("button", { name: "Sign out" }).isVisible());
  });

  test("a reload keeps the person signed in, with one trip to the provider and no frame", async () => {
    await signIn(page, nightlatch, ANN);
    const trips = [];
    page.on("request", (request) => {
      if (request.isNavigationRequest() && request.url().includes("code_challenge=")) trips.push(request);
    });
    await page.reload();
    await signedIn(page);
    assert.equal(trips.length, 1);
    assert.match(trips[0].url(), /prompt=none/);
    assert.equal(trips[0].frame(), page.mainFrame());
    assert.equal(page.frames().length, 1);
    assert.equal(page.url(), site.url);
  });

  test("the demo points to the mailbox where its configuration names one, and nowhere else", async () => {
    const link = page.getByRole("link", { name: "development mailbox" });
    await page.reload();
    await signedOut(page);
    assert.equal(await link.count(), 0);
    const mailbox = new URL("/dev/mailbox", nightlatch.issuer).href;
    await page.route(/config\.json$/, async (route) => route.fulfill({ json: { ...site.config, mailbox } }));
    await page.reload();
    await signedOut(page);
    assert.equal(await link.getAttribute("href"), mailbox);
  });

  test("no token and no claim is in any storage", async () => {
    await signIn(page, nightlatch, ANN);
    const stored = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]));
    const token = await inPage(page, (client) => client.accessToken());
    assert.ok(token.length > 20);
    assert.doesNotMatch(stored, /token|ann@|eyJ|verifier/);
  });

  test("a reload after the session ended elsewhere ends quietly signed out, without a loop", async () => {
    await signIn(page, nightlatch, ANN);
    await context.clearCookies();
    await page.reload();
    await signedOut(page);
    assert.equal(page.url(), site.url);
    assert.ok(await page.locator("#problem").isHidden());
    let navigations = 0;
    page.on("framenavigated", () => navigations++);
    await page.reload();
    await signedOut(page);
    assert.equal(navigations, 1, "the next reload asks nobody");
  });

  test("a provider that never answers a silent try is asked three times at most", async () => {
    await signIn(page, nightlatch, ANN);
    let tries = 0;
    await page.route(/prompt=none/, (route) => {
      tries++;
      return route.fulfill({ status: 302, headers: { location: site.url } });
    });
    await page.goto(site.url).catch(() => {});
    await signedOut(page);
    assert.ok(tries >= 1 && tries <= 3, `${tries} tries`);
  });

  test("the person renews, and the new token works", async () => {
    await signIn(page, nightlatch, ANN);
    const before = await inPage(page, (client) => client.accessToken());
    await page.getByRole("button", { name: "Renew now" }).click();
    await page.getByText("Renewed at").waitFor();
    const [after, status] = await inPage(page, async (client) => {
      const { userinfo_endpoint: url } = await (await fetch(`${client.user.iss}/.well-known/openid-configuration`)).json();
      return [await client.accessToken(), (await client.fetch(url)).status];
    });
    assert.notEqual(after, before);
    assert.equal(status, 200);
  });

  test("a token about to end is renewed before it is handed out", async () => {
    await page.route(/\/token$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), expires_in: 20 } });
    });
    await signIn(page, nightlatch, ANN);
    const [first, second] = await inPage(page, async (client) => [await client.accessToken(), await client.accessToken()]);
    assert.ok(first && second);
    assert.notEqual(first, second);
  });

  test("a refused renewal signs the person out, a failed one does not", async () => {
    await signIn(page, nightlatch, ANN);
    await page.route(/\/token$/, (route) => route.abort(), { times: 1 });
    await page.getByRole("button", { name: "Renew now" }).click();
    await page.locator("#problem").getByText("network_error").waitFor();
    await signedIn(page);
    await page.route(/\/token$/, (route) =>
      route.fulfill({ status: 400, headers: { "access-control-allow-origin": "*" }, json: { error: "invalid_grant" } }),
    );
    await page.getByRole("button", { name: "Renew now" }).click();
    await signedOut(page);
    assert.equal(await inPage(page, (client) => client.accessToken()), null);
  });

  test("callers who renew at once make one request and get one token", async () => {
    await signIn(page, nightlatch, ANN);
    let requests = 0;
    page.on("request", (request) => {
      if (request.method() === "POST" && /grant_type=refresh_token/.test(request.postData() ?? "")) requests++;
    });
    const tokens = await inPage(page, (client) => Promise.all(Array.from({ length: 10 }, () => client.renew())));
    assert.equal(requests, 1);
    assert.equal(new Set(tokens).size, 1);
  });

  test("two tabs that renew at once, again and again, both stay signed in", async () => {
    await signIn(page, nightlatch, ANN);
    const second = await newTab(site.url);
    await second.getByRole("button", { name: "Sign in" }).click();
    await signedIn(second);
    for (let round = 0; round < 5; round++) {
      const renewed = await Promise.all([page, second].map((tab) => inPage(tab, (client) => client.renew())));
      assert.ok(renewed.every(Boolean));
      assert.notEqual(renewed[0], renewed[1]);
    }
    for (const tab of [page, second]) assert.equal(await claim(tab, "email"), ANN);
  });

  test("signing out ends the refresh token, the session, and the other tab", async () => {
    await signIn(page, nightlatch, ANN);
    const second = await newTab(site.url);
    await second.getByRole("button", { name: "Sign in" }).click();
    await signedIn(second);
    const revoked = page.waitForRequest((request) => request.method() === "POST" && request.url().includes("revo"));
    const logout = page.waitForRequest(/id_token_hint=/);
    await signOut(page);
    assert.match((await revoked).postData(), /client_id=demo&token=/);
    assert.match((await logout).url(), /post_logout_redirect_uri=/);
    assert.equal(page.url(), site.url);
    await signedOut(second);
    await page.reload();
    await signedOut(page);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("input[type=email]").waitFor();
  });

  test("an answer with a foreign state is left alone, with a foreign issuer it is refused", async () => {
    await page.goto(`${site.url}?code=stolen&state=stolen`);
    await signedOut(page);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("input[type=email]").waitFor();
    await page.goto(await answerUrl(page, { code: "x", iss: "https://attacker.test" }));
    await page.getByText("OAUTH_INVALID_RESPONSE").waitFor();
    await signedOut(page);
  });

  /** An answer with the state of the request under way, which the site keeps for this tab. */
  async function answerUrl(tab, parameters) {
    await tab.goto(new URL("config.json", site.url).href);
    const state = await tab.evaluate(() => JSON.parse(Object.values(sessionStorage)[0]).pending.state);
    return `${site.url}?${new URLSearchParams({ ...parameters, state })}`;
  }

  test("a person who says no comes back signed out, and no error is shown", async () => {
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("input[type=email]").waitFor();
    await page.goto(await answerUrl(page, { error: "access_denied", iss: nightlatch.url }));
    await signedOut(page);
    assert.ok(await page.locator("#problem").isHidden());
    assert.equal(page.url(), site.url);
  });

  test("an ID token with a broken signature signs nobody in", async () => {
    await page.route(/\/token$/, async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      const parts = body.id_token.split(".");
      parts[2] = (parts[2][0] === "A" ? "B" : "A") + parts[2].slice(1);
      await route.fulfill({ response, json: { ...body, id_token: parts.join(".") } });
    });
    await signIn(page, nightlatch, "sig@example.org", () => signedOut(page));
    await page.getByText("invalid_signature").waitFor();
    await signedOut(page);
  });

  test("another page of the site signs in through the one registered address, and again on a reload", async () => {
    site.pages["other.html"] = `<!doctype html><html lang="en"><script type="module" src="${nightlatch.url}/nightlatch.js"></script>
      <sign-in issuer="${nightlatch.url}" client-id="demo" redirect-uri="/"></sign-in></html>`;
    const other = `${site.url}other.html?x=1#top`;
    await page.goto(other);
    await signIn(page, nightlatch, ANN, () => page.getByText(ANN).waitFor());
    assert.equal(page.url(), other);
    await page.reload();
    await page.getByText(ANN).waitFor();
    assert.equal(page.url(), other);
  });

  test("the element speaks the page's language and takes the page's own words", async () => {
    await signedOut(page);
    const labels = await page.evaluate(() => {
      const make = (lang, html) => {
        const holder = document.createElement("div");
        holder.lang = lang;
        holder.innerHTML = `<sign-in issuer="https://login.example" client-id="${lang}">${html}</sign-in>`;
        document.body.append(holder);
        const button = holder.firstChild.shadowRoot.querySelector("[part~=sign-in]");
        const [slot] = button.children;
        return slot.assignedNodes({ flatten: true }).map((node) => node.textContent).join("");
      };
      return [make("de", ""), make("ar", ""), make("zh-CN", ""), make("nl", ""), make("en", '<span slot="sign-in">Come in</span>')];
    });
    assert.deepEqual(labels, ["Anmelden", "تسجيل الدخول", "登录", "Sign in", "Come in"]);
  });
});
