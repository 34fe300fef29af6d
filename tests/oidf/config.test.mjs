/** OpenID Connect Config: the discovery document and the keys, under http on this machine and under https, and a whole flow there. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { checkJson } from "./support/checks.mjs";
import { secondsAfter, startSuite } from "./support/suite.mjs";

/** Members that Discovery 1.0 §3 requires, and those that must never be left to a default that isn't true here. */
const REQUIRED = [
  ...["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported", "subject_types_supported"],
  ...["id_token_signing_alg_values_supported", "userinfo_endpoint", "scopes_supported", "claims_supported", "response_modes_supported"],
  ...["grant_types_supported", "token_endpoint_auth_methods_supported", "request_uri_parameter_supported", "code_challenge_methods_supported"],
];

for (const [scheme, options] of [["http", {}], ["https", { issuer: "https://login.op.example.test" }]]) {
  describe(`oidcc-config under ${scheme}`, { timeout: 120_000 }, () => {
    let suite;

    before(async () => {
      suite = await startSuite(options);
    });
    after(() => suite?.stop());

    test("oidcc-discovery-endpoint-verification", async () => {
      const answer = await suite.call(`${suite.issuer}/.well-known/openid-configuration`);
      const metadata = checkJson(answer, 200);
      assert.equal(metadata.issuer, suite.issuer, "to the letter");
      for (const name of REQUIRED) assert.notEqual(metadata[name], undefined, name);
      assert.deepEqual(metadata.response_types_supported, ["code"]);
      assert.deepEqual(metadata.response_modes_supported, ["query", "fragment"]);
      assert.deepEqual(metadata.subject_types_supported, ["public"]);
      assert.ok(metadata.id_token_signing_alg_values_supported.includes("RS256"));
      assert.ok(metadata.scopes_supported.includes("openid"));
      assert.deepEqual(metadata.code_challenge_methods_supported, ["S256"]);
      assert.equal(metadata.authorization_response_iss_parameter_supported, true);
      for (const name of ["request_parameter_supported", "request_uri_parameter_supported", "claims_parameter_supported"]) assert.equal(metadata[name], false);
      for (const [name, value] of Object.entries(metadata)) {
        assert.ok(value !== null && value !== "" && !(Array.isArray(value) && value.length === 0), `${name} isn't empty (RFC 8414 §3.2)`);
        if (Array.isArray(value)) assert.equal(new Set(value).size, value.length, `${name} lists each once`);
      }
      assert.deepEqual(checkJson(await suite.call(`${suite.issuer}/.well-known/oauth-authorization-server`), 200), metadata, "RFC 8414 says the same");
    });

    test("oidcc-discovery-endpoint-verification: every endpoint is the issuer's own, by its scheme, and answers", async () => {
      const endpoints = Object.entries(suite.metadata).filter(([name]) => /(_endpoint|_uri)$/.test(name));
      assert.deepEqual(endpoints.map(([name]) => name).sort(), [
        ...["authorization_endpoint", "end_session_endpoint", "introspection_endpoint", "jwks_uri", "revocation_endpoint", "token_endpoint", "userinfo_endpoint"],
      ]);
      for (const [name, value] of endpoints) {
        assert.equal(typeof value, "string", name);
        assert.ok(value.startsWith(`${suite.issuer}/`), `${name} ${value}`);
        const { status } = await suite.call(value);
        assert.ok(status !== 404 && status < 500, `${name} answers ${status}`);
      }
      const others = JSON.stringify(suite.metadata).match(/https?:\/\/[^"/]+/g);
      assert.ok(others.every((origin) => origin === suite.issuer), "no other address is in the document");
    });

    test("oidcc-discovery-endpoint-verification: caches may keep it, and any page may read it", async () => {
      for (const url of [`${suite.issuer}/.well-known/openid-configuration`, suite.metadata.jwks_uri]) {
        const answer = await suite.call(url, { headers: { origin: "https://anybody.example.test" } });
        assert.match(answer.headers["cache-control"], /^public, max-age=[1-9]\d*$/);
        assert.equal(answer.headers.pragma, undefined);
        assert.equal(answer.headers["access-control-allow-origin"], "*");
        assert.equal(answer.headers["set-cookie"], undefined);
      }
    });

    test("oidcc-discovery-endpoint-verification: what a request shows as host or scheme changes nothing", async () => {
      const headers = { host: "evil.example.test", "x-forwarded-host": "evil.example.test", "x-forwarded-proto": "ftp", forwarded: "host=evil.example.test" };
      const answer = await suite.call(`${suite.issuer}/.well-known/openid-configuration`, { headers });
      assert.deepEqual(checkJson(answer, 200), suite.metadata);
    });

    test("oidcc-discovery-endpoint-verification: the keys", async () => {
      const { keys } = suite.jwks;
      assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length, "each kid is unique");
      for (const alg of suite.metadata.id_token_signing_alg_values_supported) assert.ok(keys.some((key) => key.alg === alg), `a key for ${alg}`);
      for (const key of keys) {
        const expected = key.kty === "RSA" ? ["alg", "e", "kid", "kty", "n", "use"] : ["alg", "crv", "kid", "kty", "use", "x", "y"];
        assert.deepEqual(Object.keys(key).sort(), expected, "public members alone");
        assert.equal(key.use, "sig");
        assert.equal(key.kid, thumbprint(key), "kid is the key's thumbprint (RFC 7638)");
        for (const name of ["n", "x", "y"].filter((name) => name in key)) assert.match(key[name], /^[A-Za-z0-9_-]+$/, "base64url without padding");
        if (key.kty === "RSA") assert.ok(Buffer.from(key.n, "base64url").length >= 256, "2048 bits at least");
        else assert.equal(key.crv, "P-256");
      }
    });

    test(`oidcc-server and oidcc-refresh-token under ${scheme}`, async () => {
      const client = suite.client("basic");
      const person = suite.person();
      const { tokens, claims } = await client.flow(person, { scope: "openid email offline_access" });
      assert.equal((await client.refresh(tokens.refresh_token)).status, 200);
      await secondsAfter(claims.auth_time);
      const again = await client.flow(person, { prompt: "none" });
      assert.equal(again.claims.auth_time, claims.auth_time, "the session's cookie came back");
      await suite.client("spa").flow(suite.person(), { response_mode: "fragment" });
      const page = await suite.person().open(client.request().url);
      assert.equal(page.headers["strict-transport-security"], scheme === "https" ? "max-age=31536000" : undefined);
      assert.ok(!page.html.forms(page.url).some(({ action }) => !action.startsWith(`${suite.issuer}/`)), "its forms post to the issuer");
    });

    test(`cookies under ${scheme}`, async () => {
      const person = suite.person();
      await suite.client("basic").flow(person);
      const cookies = person.browser.jar.all();
      assert.ok(cookies.length >= 2);
      for (const cookie of cookies) {
        assert.equal(cookie.name.startsWith("__Host-"), scheme === "https", cookie.name);
        assert.equal(cookie.secure, scheme === "https");
        assert.deepEqual([cookie.httpOnly, cookie.path, cookie.hostOnly, cookie.sameSite], [true, "/", true, "lax"], cookie.name);
      }
    });
  });
}

function thumbprint({ kty, n, e, crv, x, y }) {
  const members = kty === "RSA" ? { e, kty, n } : { crv, kty, x, y };
  return createHash("sha256").update(JSON.stringify(members)).digest("base64url");
}
