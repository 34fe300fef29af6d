/**
 * OpenID Connect Basic: the modules about the flow from the request to tokens and userinfo.
 * They run side by side, so that the one that waits half a minute holds nobody up.
 */

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { checkErrorPage, checkJsonError, checkUserinfo } from "./support/checks.mjs";
import { decode, keyedWith } from "./support/jwt.mjs";
import { isAddressPage, RP, startSuite } from "./support/suite.mjs";

describe("oidcc-basic: flows", { concurrency: true, timeout: 120_000 }, () => {
  let suite;
  const basic = (options) => suite.client("basic", options);

  before(async () => {
    suite = await startSuite();
  });
  after(() => suite?.stop());

  test("oidcc-codereuse-30seconds", async () => {
    const client = basic();
    const { code, request, tokens } = await client.flow(suite.person(), { scope: "openid offline_access" });
    await pause(30_000);
    await used(client, { code, request, tokens });
  });

  test("oidcc-codereuse", async () => {
    const client = basic();
    const { code, request, tokens } = await client.flow(suite.person(), { scope: "openid offline_access" });
    await used(client, { code, request, tokens });
  });

  /** A code's second use is refused, and what the first one gave is dead: at userinfo, at introspection, for renewal. */
  async function used(client, { code, request, tokens }) {
    checkJsonError(await client.redeem(code, request), 400, "invalid_grant");
    checkJsonError(await client.userinfo(tokens.access_token), 401, "invalid_token");
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      const answer = await client.post(suite.metadata.introspection_endpoint, { token });
      assert.deepEqual(answer.json(), { active: false });
    }
    checkJsonError(await client.refresh(tokens.refresh_token), 400, "invalid_grant");
  }

  test("oidcc-server", async () => {
    const { userinfo, claims } = await basic().flow(suite.person(), { scope: "openid email" });
    assert.equal(userinfo.sub, claims.sub);
  });

  test("oidcc-idtoken-signature", async () => {
    const { tokens } = await basic().flow(suite.person());
    assert.equal(decode(tokens.id_token).header.alg, "RS256", "the default");
    const es256 = await suite.client("es256").flow(suite.person());
    assert.equal(decode(es256.tokens.id_token).header.alg, "ES256");
    assert.equal(decode(es256.tokens.id_token).signature.length, 64);
  });

  test("oidcc-idtoken-unsigned", async () => {
    const algorithms = suite.metadata.id_token_signing_alg_values_supported;
    assert.ok(!algorithms.includes("none"), "unsigned ID tokens aren't offered");
    const client = { client_id: "unsigned", client_secret: "s", redirect_uris: [`${RP}/u`], id_token_signed_response_alg: "none" };
    await assert.rejects(suite.nightlatch.addClients([client]), /id_token_signed_response_alg/);
  });

  test("oidcc-userinfo-get", async () => {
    const { tokens, claims } = await basic().flow(suite.person(), { scope: "openid profile email" });
    const answer = await suite.call(suite.metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    checkUserinfo(answer, { sub: claims.sub, claims: ["locale", "updated_at", "email", "email_verified"] });
  });

  test("oidcc-userinfo-post-header", async () => {
    const { tokens, claims } = await basic().flow(suite.person(), { scope: "openid email" });
    const authorization = `Bearer ${tokens.access_token}`;
    for (const options of [{ form: {} }, { method: "POST" }]) {
      const answer = await suite.call(suite.metadata.userinfo_endpoint, { ...options, headers: { authorization } });
      checkUserinfo(answer, { sub: claims.sub, claims: ["email", "email_verified"] });
    }
  });

  test("oidcc-userinfo-post-body", async () => {
    const { tokens, claims } = await basic().flow(suite.person(), { scope: "openid email" });
    const answer = await suite.call(suite.metadata.userinfo_endpoint, { form: { access_token: tokens.access_token } });
    checkUserinfo(answer, { sub: claims.sub, claims: ["email", "email_verified"] });
  });

  test("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", async () => {
    const { claims } = await basic().flow(suite.person(), { nonce: undefined });
    assert.ok(!("nonce" in claims));
  });

  test("oidcc-alternate-happy-flow", async () => {
    // Another registered redirect URI, with a query of its own, and two clients that know one person by one sub.
    const person = suite.person();
    const { claims } = await basic({ redirectUri: `${RP}/basic/other?fixed=1` }).flow(person, { scope: "openid email" });
    const second = await suite.client("second").flow(person, { scope: "openid email" });
    assert.equal(second.claims.sub, claims.sub);
    assert.equal(second.claims.auth_time, claims.auth_time);
    assert.equal(second.claims.sid, claims.sid);
  });

  test("oidcc-ensure-registered-redirect-uri", async () => {
    for (const redirect_uri of [`${RP}/basicx`, `${RP}/basic/`, `${RP}/basic?x=1`, `${RP}/second`, "https://evil.example.test/", "http://rp.example.test/basic"]) {
      checkErrorPage(await suite.person().browser.request(basic().request({ redirect_uri }).url));
    }
  });

  test("oidcc-ensure-post-request-succeeds", async () => {
    const client = basic();
    const person = suite.person();
    const request = client.request();
    const post = () => person.browser.request(suite.metadata.authorization_endpoint, { method: "POST", body: new URLSearchParams(request.sent), from: `${RP}/` });
    const first = await post();
    assert.equal(first.status, 303, "a cross-site POST becomes a GET, which Lax cookies come with");
    assert.ok(first.location.startsWith(`${suite.metadata.authorization_endpoint}?`));
    const page = await person.browser.follow(first, { stopAt: RP });
    assert.ok(isAddressPage(page));
    const { claims } = await client.tokensOf(client.answer(await person.signIn(page), request).code, request);
    const again = await person.browser.follow(await post(), { stopAt: RP });
    assert.equal((await client.tokensOf(client.answer(again, request).code, request)).claims.sub, claims.sub);
  });

  test("oidcc-server-client-secret-post", async () => {
    const client = suite.client("post");
    const { tokens } = await client.flow(suite.person(), { scope: "openid offline_access" });
    assert.equal((await client.refresh(tokens.refresh_token)).status, 200);
    const wrong = await suite.call(suite.metadata.token_endpoint, { form: { client_id: "post", client_secret: "wrong", grant_type: "refresh_token", refresh_token: tokens.refresh_token } });
    checkJsonError(wrong, 401, "invalid_client");
  });

  test("oidcc-refresh-token", async () => {
    const client = basic();
    const { tokens, claims, request } = await client.flow(suite.person(), { scope: "openid email offline_access" });
    const answer = await client.refresh(tokens.refresh_token);
    assert.equal(answer.status, 200, answer.text);
    const renewed = answer.json();
    assert.notEqual(renewed.access_token, tokens.access_token);
    assert.notEqual(renewed.refresh_token, tokens.refresh_token, "it is rotated");
    assert.equal(renewed.scope, tokens.scope);
    const second = decode(renewed.id_token).claims;
    for (const name of ["iss", "sub", "aud", "auth_time", "sid", "acr"]) assert.equal(second[name], claims[name], `${name} stays (OpenID Connect Core §12.2)`);
    assert.ok(!("nonce" in second));
    assert.ok(second.iat >= claims.iat);
    assert.equal((await client.userinfo(renewed.access_token)).json().sub, claims.sub);
    checkJsonError(await suite.client("second").refresh(renewed.refresh_token), 400, "invalid_grant");
    checkJsonError(await suite.call(suite.metadata.token_endpoint, { form: { grant_type: "refresh_token", refresh_token: renewed.refresh_token } }), 401, "invalid_client");
    checkJsonError(await client.refresh(renewed.refresh_token, { scope: "openid profile" }), 400, "invalid_scope");
    const narrower = (await client.refresh(renewed.refresh_token, { scope: "openid" })).json();
    assert.equal(narrower.scope, "openid");
    const last = await client.refresh(narrower.refresh_token);
    assert.equal(last.json().scope, request.sent.scope, "a narrower renewal narrows nothing but itself");
  });

  test("oidcc-refresh-token is given only where it was asked for and allowed", async () => {
    await basic().flow(suite.person(), { scope: "openid" });
    await suite.client("narrow").flow(suite.person(), { scope: "openid email offline_access" });
  });

  test("oidcc-ensure-request-with-valid-pkce-succeeds", async () => {
    await basic({ pkce: true }).flow(suite.person());
    await suite.client("spa").flow(suite.person(), { scope: "openid email" });
  });

  test("oidcc-ensure-client-assertion-with-iss-aud-succeeds: assertions aren't offered, and prove nothing", async () => {
    const { metadata } = suite;
    for (const name of ["token", "revocation", "introspection"]) {
      const methods = metadata[`${name}_endpoint_auth_methods_supported`];
      assert.ok(methods.every((method) => ["client_secret_basic", "client_secret_post", "none"].includes(method)), String(methods));
    }
    const client = basic();
    const request = client.request();
    const { code } = client.answer(await suite.person().authorize(request.url), request);
    const now = Math.floor(Date.now() / 1_000);
    const client_assertion = keyedWith(client.metadata.client_secret, { iss: "basic", sub: "basic", aud: suite.issuer, iat: now, exp: now + 60, jti: "one" });
    const form = { grant_type: "authorization_code", code, redirect_uri: request.sent.redirect_uri, client_id: "basic", client_assertion };
    form.client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    checkJsonError(await suite.call(metadata.token_endpoint, { form }), 401, "invalid_client");
    await client.tokensOf(code, request);
  });
});
