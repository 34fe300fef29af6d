/** Token-type confusion and forged tokens, at every endpoint that takes one. RFC 9068 §4, RFC 8725, OWASP ASVS 9.1 and 9.2. */

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, createPublicKey, sign } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
  authorization, decode, encode, post, redeem, refresh, RIVAL, secondsPass, signedInTokens, SPA, startScene, userinfo, WEB,
} from "./support/scene.mjs";

const OWN = generateKeyPairSync("rsa", { modulusLength: 2048 });

function forge(header, claims, key = OWN.privateKey) {
  const input = `${encode(header)}.${encode(claims)}`;
  const made = key === null ? "" : key instanceof Uint8Array || typeof key === "string" ? createHmac("sha256", key).update(input).digest("base64url") : sign("sha256", Buffer.from(input), key).toString("base64url");
  return `${input}.${made}`;
}

describe("tokens", { timeout: 120_000 }, () => {
  let nightlatch, owner, forgeries;
  before(async () => {
    nightlatch = await startScene();
    owner = await signedInTokens(nightlatch, { client: WEB });
    const { keys } = await (await fetch(`${nightlatch.url}/jwks`)).json();
    forgeries = (token) => {
      const { header, claims } = decode(token);
      const [h, c, s] = token.split(".");
      const jwk = keys.find(({ kid }) => kid === header.kid);
      const publicKey = createPublicKey({ key: jwk, format: "jwk" });
      const ownJwk = OWN.publicKey.export({ format: "jwk" });
      const other = keys.find(({ alg, kty }) => (alg ?? kty) !== (jwk.alg ?? jwk.kty));
      return {
        "alg none": forge({ ...header, alg: "none" }, claims, null),
        "alg None": forge({ ...header, alg: "None" }, claims, null),
        "alg none with the old signature": `${encode({ ...header, alg: "none" })}.${c}.${s}`,
        "no alg": forge({ kid: header.kid, typ: header.typ }, claims),
        "no signature": `${h}.${c}.`,
        "no signature part": `${h}.${c}`,
        "HS256 with the public key as PEM": forge({ ...header, alg: "HS256" }, claims, publicKey.export({ type: "spki", format: "pem" })),
        "HS256 with the public key as DER": forge({ ...header, alg: "HS256" }, claims, publicKey.export({ type: "spki", format: "der" })),
        "HS256 with the public JWK": forge({ ...header, alg: "HS256" }, claims, JSON.stringify(jwk)),
        "HS256 with the modulus": forge({ ...header, alg: "HS256" }, claims, Buffer.from(jwk.n ?? jwk.x, "base64url")),
        "HS256 with nothing": forge({ ...header, alg: "HS256" }, claims, ""),
        "the kid of the other algorithm's key": forge({ ...header, kid: other?.kid ?? "x" }, claims),
        "ES256 named over an RSA signature": `${encode({ ...header, alg: header.alg === "RS256" ? "ES256" : "RS256" })}.${c}.${s}`,
        "a foreign key under our kid": forge(header, claims),
        "a foreign key under its own kid": forge({ ...header, kid: "evil" }, claims),
        "no kid": forge({ alg: header.alg, typ: header.typ }, claims),
        "a kid that is a path": forge({ ...header, kid: "../../dev/null" }, claims),
        "a kid that is SQL": forge({ ...header, kid: "x' UNION SELECT 1 --" }, claims),
        "a jwk in the header": forge({ ...header, jwk: { ...ownJwk, kid: header.kid } }, claims),
        "a jku in the header": forge({ ...header, jku: "https://evil.example/jwks" }, claims),
        "an x5u in the header": forge({ ...header, x5u: "https://evil.example/cert" }, claims),
        "an x5c in the header": forge({ ...header, x5c: ["MIIB"] }, claims),
        "another subject": `${h}.${encode({ ...claims, sub: "somebody-else" })}.${s}`,
        "a later end": `${h}.${encode({ ...claims, exp: claims.exp + 100_000 })}.${s}`,
        "another issuer": `${h}.${encode({ ...claims, iss: "https://evil.example" })}.${s}`,
        "a bit of the signature changed": `${h}.${c}.${s[0] === "A" ? "B" : "A"}${s.slice(1)}`,
        "a signature that is empty JSON": `${h}.${c}.${encode("{}")}`,
        "a crit that we don't know": forge({ ...header, crit: ["exp"] }, claims),
        "five parts, as an encrypted one": `${h}.${c}.${s}.${c}.${s}`,
        "two tokens in one": `${token}.${token}`,
        "a blank in it": `${h}. ${c}.${s}`,
        "padding in it": `${h}=.${c}.${s}`,
        "JSON serialization": JSON.stringify({ protected: h, payload: c, signature: s }),
        "deeply nested claims": forge(header, `${"[".repeat(20_000)}${"]".repeat(20_000)}`),
        "nothing": "",
        "dots": "..",
        "a very long one": `${h}.${"A".repeat(50_000)}.${s}`,
      };
    };
  });
  after(() => nightlatch?.stop());

  const assertNoAccess = async (token, what) => {
    const answer = await userinfo(nightlatch, token);
    assert.equal(answer.status, 401, what);
    assert.match(answer.headers["www-authenticate"], /^Bearer/);
    assert.equal(answer.json?.sub, undefined);
  };
  const introspect = async (token) => (await post(nightlatch, "/introspect", WEB, { token })).json;

  test("forged access tokens open nothing, and introspection knows none of them", async () => {
    for (const [name, token] of Object.entries(forgeries(owner.tokens.access_token))) {
      await assertNoAccess(token, name);
      if (token) assert.deepEqual(await introspect(token), { active: false }, name);
    }
    assert.equal((await userinfo(nightlatch, owner.tokens.access_token)).status, 200, "the real one does");
  });

  test("forged access tokens revoke nothing", async () => {
    for (const token of Object.values(forgeries(owner.tokens.access_token)).filter(Boolean)) {
      assert.equal((await post(nightlatch, "/revoke", WEB, { token })).status, 200);
    }
    assert.equal((await userinfo(nightlatch, owner.tokens.access_token)).status, 200);
  });

  test("forged ID tokens are no hint: not for a silent answer, not for signing out", async () => {
    const { browser, tokens } = await signedInTokens(nightlatch);
    const silent = async (hint) => (await browser.request(authorization(nightlatch, SPA, { prompt: "none", id_token_hint: hint }).url)).answer;
    assert.ok((await silent(tokens.id_token)).code, "the real one is");
    for (const [name, token] of Object.entries(forgeries(tokens.id_token)).filter(([, token]) => token && token.length < 8_000)) {
      assert.equal((await silent(token)).error, "login_required", name);
      const page = await browser.request(`${nightlatch.issuer}/logout?${new URLSearchParams({ id_token_hint: token, post_logout_redirect_uri: SPA.post_logout_redirect_uris[0] })}`);
      assert.equal(page.status, 200, name);
      assert.ok(page.form("/logout/confirm"), `${name}: the person is asked`);
    }
  });

  test("an ID token is no access token", async () => {
    await assertNoAccess(owner.tokens.id_token);
    assert.deepEqual(await introspect(owner.tokens.id_token), { active: false });
  });

  test("an access token is no hint", async () => {
    const { browser, tokens } = await signedInTokens(nightlatch);
    const page = await browser.request(authorization(nightlatch, SPA, { prompt: "none", id_token_hint: tokens.access_token }).url);
    assert.equal(page.answer.error, "login_required");
    const out = await browser.request(`${nightlatch.issuer}/logout?${new URLSearchParams({ id_token_hint: tokens.access_token, post_logout_redirect_uri: SPA.post_logout_redirect_uris[0] })}`);
    assert.ok(out.form("/logout/confirm"));
  });

  test("a refresh token, an authorization code and a session cookie are no access tokens", async () => {
    await assertNoAccess(owner.tokens.refresh_token);
    await assertNoAccess(owner.code);
    await assertNoAccess(owner.browser.jar.get(nightlatch.issuer, "nl_session").value);
  });

  test("an access or ID token is no refresh token and no code", async () => {
    for (const token of [owner.tokens.access_token, owner.tokens.id_token]) {
      assert.equal((await refresh(nightlatch, WEB, token)).json.error, "invalid_grant");
      assert.equal((await redeem(nightlatch, owner, { code: token })).json.error, "invalid_grant");
    }
  });

  test("one person's ID token as a hint doesn't hand out another's code", async () => {
    const other = await signedInTokens(nightlatch);
    const { browser } = await signedInTokens(nightlatch);
    const page = await browser.request(authorization(nightlatch, SPA, { prompt: "none", id_token_hint: other.tokens.id_token }).url);
    assert.equal(page.answer.error, "login_required");
  });

  test("another client learns nothing of a token, and can't revoke it", async () => {
    for (const token of [owner.tokens.access_token, owner.tokens.refresh_token]) {
      assert.deepEqual((await post(nightlatch, "/introspect", RIVAL, { token })).json, { active: false });
      const refused = await post(nightlatch, "/revoke", RIVAL, { token });
      assert.deepEqual([refused.status, refused.json.error], [400, "invalid_grant"]);
    }
    assert.equal((await userinfo(nightlatch, owner.tokens.access_token)).status, 200);
    assert.equal((await introspect(owner.tokens.refresh_token)).active, true);
  });

  test("a public client, a wrong secret and no client at all introspect nothing", async () => {
    const token = owner.tokens.access_token;
    for (const client of [SPA, { ...WEB, client_secret: "wrong" }, { ...WEB, token_endpoint_auth_method: "none" }, { client_id: "nobody", token_endpoint_auth_method: "none" }, null]) {
      const answer = await post(nightlatch, "/introspect", client, { token });
      assert.equal(answer.status, 401);
      assert.equal(answer.json.error, "invalid_client");
    }
  });

  test("a token in the query of userinfo isn't looked at", async () => {
    const answer = await fetch(`${nightlatch.url}/userinfo?access_token=${owner.tokens.access_token}`);
    assert.equal(answer.status, 401);
  });

  test("two ways at a time are refused: two tokens, two secrets", async () => {
    const answer = await fetch(`${nightlatch.url}/userinfo`, {
      method: "POST", headers: { authorization: `Bearer ${owner.tokens.access_token}` }, body: new URLSearchParams({ access_token: owner.tokens.access_token }),
    });
    assert.equal(answer.status, 400);
    assert.equal((await post(nightlatch, "/introspect", WEB, { token: owner.tokens.access_token, client_secret: WEB.client_secret })).status, 400);
  });

  test("without the scope openid userinfo says so", async () => {
    const { tokens } = await signedInTokens(nightlatch, { change: { scope: "email offline_access" } });
    assert.equal(tokens.id_token, undefined);
    const answer = await userinfo(nightlatch, tokens.access_token);
    assert.equal(answer.status, 403);
    assert.equal(answer.json.error, "insufficient_scope");
  });

  test("signing out ends the access token of a grant that lives by the session", async () => {
    const { browser, tokens } = await signedInTokens(nightlatch, { change: { scope: "openid email" } });
    await browser.submit(await browser.get(`${nightlatch.issuer}/`), {}, { path: "/sign-out" });
    await assertNoAccess(tokens.access_token);
  });

  test("the published keys have no private part", async () => {
    const { keys } = await (await fetch(`${nightlatch.url}/jwks`)).json();
    assert.ok(keys.length >= 2);
    for (const key of keys) for (const part of ["d", "p", "q", "dp", "dq", "qi", "k", "oth"]) assert.equal(key[part], undefined);
    assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length);
    const stored = JSON.stringify(await nightlatch.runtime.d1("SELECT * FROM signing_keys"));
    assert.ok(!/"d\\?":|PRIVATE KEY/.test(stored), "and at rest it is sealed");
  });

  test("a key in KV that was never ours signs for a minute at most what KV says, and an unreadable one isn't taken", async () => {
    await nightlatch.runtime.kvPut("keys", "{not json");
    await nightlatch.runtime.reload();
    assert.equal((await userinfo(nightlatch, owner.tokens.access_token)).status, 200);
    await nightlatch.runtime.kvPut("keys", null);
  });
});

describe("tokens that live one second", { timeout: 60_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { access_token_lifetime: 1, id_token_lifetime: 1 } })));
  after(() => nightlatch?.stop());

  test("an expired access token is refused everywhere", async () => {
    const { tokens } = await signedInTokens(nightlatch, { client: WEB });
    await secondsPass(2);
    const answer = await userinfo(nightlatch, tokens.access_token);
    assert.equal(answer.status, 401);
    assert.match(answer.headers["www-authenticate"], /invalid_token/);
    assert.deepEqual((await post(nightlatch, "/introspect", WEB, { token: tokens.access_token })).json, { active: false });
  });
});
