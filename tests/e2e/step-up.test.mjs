/**
 * Step-up for an API (RFC 9470), by openid-client and in a person's hands: a small resource server finds a token too weak, says what would do, and
 * the client gets it by asking for no more than is missing.
 */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import * as oidc from "openid-client";
import { browser, startNightlatch } from "./support/harness.mjs";
import { VirtualAuthenticator } from "./support/virtual-authenticator.mjs";

const SECRET = "a-secret-of-the-tests-that-is-long-enough";
const ANN = "ann@example.org";

describe("an API that asks for two factors", { timeout: 300_000 }, () => {
  let server, site, nightlatch, chromium, page, client;

  before(async () => {
    server = createServer(async (request, response) => {
      if (request.url !== "/pay") return response.setHeader("content-type", "text/html").end("<!doctype html><title>Site</title>");
      const { status, challenge } = await mayPay(request.headers.authorization);
      response.writeHead(status, challenge && { "www-authenticate": challenge }).end();
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    site = `http://127.0.0.1:${server.address().port}`;
    const metadata = { client_id: "shop", client_secret: SECRET, redirect_uris: [`${site}/callback`], scope: "openid" };
    nightlatch = await startNightlatch({ clients: [metadata] });
    client = await oidc.discovery(new URL(nightlatch.issuer), "shop", {}, oidc.ClientSecretBasic(SECRET), { execute: [oidc.allowInsecureRequests] });
    chromium = await browser();
    page = await (await chromium.newContext({ locale: "en-GB" })).newPage();
    page.setDefaultTimeout(30_000);
    await VirtualAuthenticator.on(page);
  });

  after(async () => {
    await chromium?.close();
    await nightlatch?.stop();
    server?.close();
  });

  test("tells the client, which steps up, and the person shows only what is missing", async () => {
    const weak = await tokens({}, async () => {
      await page.locator("input[type=email]").fill(ANN);
      await page.locator("form button").first().click();
      await page.locator("#code").waitFor();
      await page.waitForFunction(() => document.querySelector("[name=passkeys]").value === "1");
      await page.locator("#code").fill((await nightlatch.mail(ANN)).code);
      await page.getByRole("button", { name: "Add a passkey" }).click();
    });
    assert.equal(weak.claims().acr, "1");
    const refused = await pay(weak);
    assert.equal(refused.status, 401);
    const { error, acr_values, max_age } = challengeOf(refused);
    assert.deepEqual([error, acr_values, max_age], ["insufficient_user_authentication", "2", "300"]);
    const strong = await tokens({ acr_values, max_age }, () => page.getByRole("button", { name: "Use your passkey" }).click());
    const { acr, amr, auth_time, sub } = strong.claims();
    assert.deepEqual([acr, amr.includes("mfa"), sub], ["2", true, weak.claims().sub]);
    assert.equal(auth_time, weak.claims().auth_time, "the first proof was young enough");
    assert.equal((await pay(strong)).status, 200);
  });

  test("introspection says what the token is worth, too", async () => {
    const { access_token } = await tokens({}, () => {});
    const { active, acr, auth_time } = await oidc.tokenIntrospection(client, access_token);
    assert.deepEqual([active, acr], [true, "2"]);
    assert.ok(Math.abs(auth_time - Date.now() / 1000) < 300);
  });

  const pay = ({ access_token }) => fetch(`${site}/pay`, { headers: { authorization: `Bearer ${access_token}` } });

  /** What the client reads out of a refusal. */
  const challengeOf = ({ headers }) => Object.fromEntries([...headers.get("www-authenticate").matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

  /** The resource server's check of a token that is otherwise good: as docs/policies.md has it, by introspection. */
  async function mayPay(authorization = "") {
    const { active, acr, auth_time } = await oidc.tokenIntrospection(client, authorization.replace(/^Bearer /, ""));
    if (!active) return { status: 401, challenge: 'Bearer error="invalid_token"' };
    if (Number(acr) >= 2 && Date.now() / 1000 - auth_time <= 300) return { status: 200 };
    return { status: 401, challenge: 'Bearer error="insufficient_user_authentication", acr_values="2", max_age="300"' };
  }

  /** A round through the provider, in which the person does something. */
  async function tokens(more, person) {
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const code_challenge = await oidc.calculatePKCECodeChallenge(pkceCodeVerifier);
    const parameters = { redirect_uri: `${site}/callback`, scope: "openid", code_challenge, code_challenge_method: "S256", ...more };
    await page.goto(oidc.buildAuthorizationUrl(client, parameters).href);
    await person();
    await page.waitForURL(`${site}/callback?**`);
    const checks = { pkceCodeVerifier, ...(more.max_age && { maxAge: Number(more.max_age) }) };
    return oidc.authorizationCodeGrant(client, new URL(page.url()), checks);
  }
});
