/** Every endpoint as a strict client meets it: verbs, content types, who may read an answer from another origin. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { checkJsonError } from "./support/checks.mjs";
import { LOGGED_OUT, RP, startSuite } from "./support/suite.mjs";

const VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const EVIL = "https://evil.example.test";
const ALLOWED = {
  "/.well-known/openid-configuration": "GET, HEAD, OPTIONS",
  "/.well-known/oauth-authorization-server": "GET, HEAD, OPTIONS",
  "/jwks": "GET, HEAD, OPTIONS",
  "/authorize": "GET, POST",
  "/logout": "GET, POST",
  "/token": "POST, OPTIONS",
  "/revoke": "POST, OPTIONS",
  "/introspect": "POST",
  "/userinfo": "GET, HEAD, POST, OPTIONS",
};

describe("endpoints", { concurrency: 4, timeout: 120_000 }, () => {
  let suite;
  const at = (path) => `${suite.issuer}${path}`;

  before(async () => {
    suite = await startSuite();
  });
  after(() => suite?.stop());

  for (const [path, allowed] of Object.entries(ALLOWED)) {
    test(`${path} takes ${allowed} and says so to other verbs`, async () => {
      for (const method of VERBS) {
        const answer = await suite.call(at(path), { method });
        assert.equal(answer.status === 405, !allowed.split(", ").includes(method), `${method} ${answer.status}`);
        if (answer.status === 405) {
          assert.equal(answer.headers.allow, allowed);
          if (method !== "HEAD") checkJsonError(answer, 405, "invalid_request");
        }
        assert.ok(answer.status < 500);
        assert.ok(![301, 302, 307, 308].includes(answer.status), "no redirect keeps a method");
      }
    });
  }

  test("a HEAD is answered as a GET is, without the body", async () => {
    for (const path of ["/.well-known/openid-configuration", "/jwks", "/", "/sign-in", "/userinfo", "/health"]) {
      const [get, head] = [await suite.call(at(path)), await suite.call(at(path), { method: "HEAD" })];
      assert.equal(head.status, get.status, path);
      assert.equal(head.text, "");
      for (const name of ["content-type", "cache-control", "access-control-allow-origin", "www-authenticate"]) assert.equal(head.headers[name], get.headers[name], `${path} ${name}`);
    }
  });

  test("a preflight is open where browsers' clients call, and only there", async () => {
    const ask = (path) => suite.call(at(path), {
      method: "OPTIONS",
      headers: { origin: EVIL, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type" },
    });
    for (const path of ["/token", "/revoke", "/userinfo", "/jwks", "/.well-known/openid-configuration"]) {
      const { status, headers, text } = await ask(path);
      assert.equal(status, 204, path);
      assert.equal(text, "");
      assert.ok(["*", EVIL].includes(headers["access-control-allow-origin"]), path);
      const methods = headers["access-control-allow-methods"].split(", ");
      assert.ok(methods.includes("GET") || methods.includes("POST"));
      const names = headers["access-control-allow-headers"].toLowerCase().split(", ");
      for (const name of ["authorization", "content-type"]) assert.ok(names.includes(name), name);
      assert.ok(Number(headers["access-control-max-age"]) > 0);
      assert.equal(headers["access-control-allow-credentials"], undefined);
    }
    for (const path of ["/authorize", "/introspect", "/logout", "/sign-in", "/sign-in/code", "/", "/dev/mailbox.json"]) {
      const { headers } = await ask(path);
      for (const name of Object.keys(headers)) assert.ok(!name.startsWith("access-control-"), `${path} ${name}`);
    }
  });

  test("a client's own pages may read its answers, errors too; other pages may not", async () => {
    const spa = suite.client("spa");
    const { tokens } = await spa.flow(suite.person(), { scope: "openid offline_access" });
    const calls = {
      token: (origin) => spa.token({ grant_type: "authorization_code" }, { headers: { origin } }),
      "token with a wrong grant": (origin) => spa.token({ grant_type: "refresh_token", refresh_token: "x" }, { headers: { origin } }),
      userinfo: (origin) => spa.userinfo(tokens.access_token, { headers: { origin } }),
      revoke: (origin) => spa.post(at("/revoke"), { token: "nothing" }, { headers: { origin } }),
    };
    for (const [name, call] of Object.entries(calls)) {
      const own = await call(RP);
      assert.equal(own.headers["access-control-allow-origin"], RP, name);
      assert.match(own.headers.vary ?? "", /\borigin\b/i, name);
      assert.equal(own.headers["access-control-allow-credentials"], undefined, name);
      for (const origin of [EVIL, "null", `${RP}.evil.test`, "http://rp.example.test"]) {
        const other = await call(origin);
        assert.equal(other.headers["access-control-allow-origin"], undefined, `${name} ${origin}`);
        assert.match(other.headers.vary ?? "", /\borigin\b/i, name);
      }
    }
    await spa.post(at("/revoke"), { token: tokens.refresh_token });
    const over = await spa.userinfo(tokens.access_token, { headers: { origin: RP } });
    checkJsonError(over, 401, "invalid_token");
    assert.equal(over.headers["access-control-allow-origin"], RP, "its own page learns that the token is over");
    assert.match(over.headers["access-control-expose-headers"], /www-authenticate/i);
  });

  test("nobody's pages may read authorize, logout or introspection", async () => {
    const request = suite.client("basic").request({ prompt: "none" });
    const basic = suite.client("basic");
    const answers = [
      await suite.call(request.url, { headers: { origin: RP } }),
      await suite.call(basic.request().url, { headers: { origin: RP } }),
      await suite.call(at(`/logout?post_logout_redirect_uri=${LOGGED_OUT}`), { headers: { origin: RP } }),
      await basic.post(at("/introspect"), { token: "x" }, { headers: { origin: RP } }),
    ];
    for (const { headers, url } of answers) for (const name of Object.keys(headers)) assert.ok(!name.startsWith("access-control-"), `${url} ${name}`);
  });

  test("bodies are forms; anything else is refused as JSON", async () => {
    const basic = suite.client("basic");
    const { headers } = basic.credentials();
    const body = JSON.stringify({ grant_type: "authorization_code", code: "c" });
    for (const path of ["/token", "/revoke", "/introspect"]) {
      for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", undefined]) {
        checkJsonError(await suite.call(at(path), { body, method: "POST", headers: { ...headers, "content-type": type } }), 400, "invalid_request");
      }
    }
    const type = "application/x-www-form-urlencoded; charset=UTF-8";
    const answer = await suite.call(at("/introspect"), { body: "token=x", method: "POST", headers: { ...headers, "content-type": type } });
    assert.deepEqual(answer.json(), { active: false });
    const html = await basic.post(at("/token"), {}, { headers: { accept: "text/html" } });
    checkJsonError(html, 400, "invalid_request");
  });

  test("an unknown path is a page, whatever the verb", async () => {
    for (const method of ["GET", "POST", "DELETE"]) assert.equal((await suite.call(at("/token/"), { method, headers: { accept: "text/html" } })).status, 404);
  });

  test("pages can't be framed, sniffed or kept", async () => {
    const page = await suite.person().open(suite.client("basic").request().url);
    assert.match(page.headers["content-security-policy"], /frame-ancestors 'none'/);
    assert.match(page.headers["content-security-policy"], /default-src 'none'/);
    assert.equal(page.headers["x-frame-options"], "DENY");
    assert.equal(page.headers["referrer-policy"], "same-origin");
    assert.equal(page.headers["cache-control"], "no-store");
    assert.equal(page.headers["x-content-type-options"], "nosniff");
  });
});
