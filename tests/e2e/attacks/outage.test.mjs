/** When D1 is down: discovery and keys still answer, the rest says so without saying why, and nothing of it is remembered. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { authorization, freshBrowser, post, signedInTokens, SPA, startScene, userinfo } from "./support/scene.mjs";

const TABLES = ["users", "addresses", "clients", "signing_keys", "challenges", "budgets", "sessions", "codes", "grants"];

describe("while D1 is down", { timeout: 120_000, concurrency: false }, () => {
  let nightlatch, signedIn, jwks;
  const get = async (path) => {
    const response = await fetch(`${nightlatch.url}${path}`);
    return { status: response.status, cache: response.headers.get("cache-control"), text: await response.text() };
  };

  before(async () => {
    nightlatch = await startScene();
    signedIn = await signedInTokens(nightlatch);
    jwks = (await get("/jwks")).text;
    // A database without its tables refuses every statement, as one that can't be reached does. The isolate is new: it remembers nothing.
    await nightlatch.runtime.d1Batch(TABLES.map((table) => ({ sql: `ALTER TABLE ${table} RENAME TO gone_${table}` })));
    await nightlatch.runtime.reload();
  });
  after(() => nightlatch?.stop());

  test("discovery and the keys answer, and may be kept", async () => {
    for (const path of ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks"]) {
      const answer = await get(path);
      assert.equal(answer.status, 200, path);
      assert.match(answer.cache, /^public, max-age=\d+$/);
    }
    assert.equal((await get("/jwks")).text, jwks);
  });

  test("the health endpoint says that it isn't well, and not why", async () => {
    const answer = await get("/health");
    assert.equal(answer.status, 503);
    assert.deepEqual(JSON.parse(answer.text), { status: "unavailable" });
  });

  test("the address page of a client that KV knows still opens", async () => {
    const page = await freshBrowser(nightlatch).request(authorization(nightlatch).url);
    assert.equal(page.status, 200);
    assert.ok(page.form("/sign-in"));
  });

  test("people get a page and programs get JSON, and neither learns what broke", async () => {
    const browser = freshBrowser(nightlatch);
    const first = await browser.get(authorization(nightlatch).url);
    const send = await browser.submit(first, { email: "ann@example.org" }, { path: "/sign-in", stopAt: "" });
    const unknown = await browser.request(authorization(nightlatch, { ...SPA, client_id: "nobody" }).url);
    const home = await signedIn.browser.request(`${nightlatch.issuer}/`);
    for (const page of [send, unknown, home]) {
      assert.equal(page.status, 500);
      assert.match(page.headers["content-type"], /^text\/html/);
      assert.equal(page.headers["cache-control"], "no-store");
      assert.match(page.headers["content-security-policy"], /default-src 'none'/);
      assert.doesNotMatch(page.text, /no such table|D1_ERROR|SQLITE|SELECT |gone_|\.rs:/);
    }
    const refreshed = await post(nightlatch, "/token", SPA, { grant_type: "refresh_token", refresh_token: signedIn.tokens.refresh_token });
    for (const answer of [refreshed, await userinfo(nightlatch, signedIn.tokens.access_token)]) {
      assert.equal(answer.status, 500);
      assert.equal(answer.json.error, "server_error");
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.doesNotMatch(answer.text, /no such table|D1_ERROR|SQLITE|gone_/i);
    }
  });

  test("the log says what broke, beside the request's id", async () => {
    const { headers } = await userinfo(nightlatch, signedIn.tokens.access_token);
    const entry = await nightlatch.logged("fault", ({ request_id: id }) => id === headers["x-request-id"]);
    assert.match(entry.fault, /no such table/);
    assert.ok(!JSON.stringify(entry).includes(signedIn.tokens.access_token));
  });

  test("keys that are nowhere are an error that nobody keeps, and once they are back they are there at once", async () => {
    const kept = await nightlatch.runtime.kvGet("keys");
    for (const nothing of [null, "[]", "{broken"]) {
      await nightlatch.runtime.kvPut("keys", nothing);
      await nightlatch.runtime.reload();
      const missing = await get("/jwks");
      assert.equal(missing.status, 500, String(nothing));
      assert.equal(missing.cache, "no-store");
      await nightlatch.runtime.kvPut("keys", kept);
      assert.equal((await get("/jwks")).text, jwks, "without a new isolate");
    }
  });

  test("once D1 is back everything works again, and no refresh token was spent", async () => {
    await nightlatch.runtime.d1Batch(TABLES.map((table) => ({ sql: `ALTER TABLE gone_${table} RENAME TO ${table}` })));
    assert.equal((await get("/health")).status, 200);
    assert.equal((await userinfo(nightlatch, signedIn.tokens.access_token)).status, 200);
    const answer = await post(nightlatch, "/token", SPA, { grant_type: "refresh_token", refresh_token: signedIn.tokens.refresh_token });
    assert.equal(answer.status, 200);
    await signedInTokens(nightlatch);
  });

  test("a client that wasn't there a moment ago is found as soon as it is", async () => {
    const late = { ...SPA, client_id: "late" };
    const { url } = authorization(nightlatch, late);
    const browser = freshBrowser(nightlatch);
    assert.equal((await browser.request(url)).status, 400);
    await nightlatch.addClients([late]);
    assert.equal((await browser.request(url)).status, 200);
  });

  test("without keys in KV they come from D1, and an empty set isn't remembered", async () => {
    await nightlatch.runtime.kvPut("keys", null);
    await nightlatch.runtime.d1("UPDATE signing_keys SET revoked_at = 1");
    await nightlatch.runtime.reload();
    assert.equal((await get("/jwks")).status, 500);
    await nightlatch.runtime.d1("UPDATE signing_keys SET revoked_at = NULL");
    assert.equal((await get("/jwks")).text, jwks);
  });
});
