/** The token, userinfo, introspection and revocation endpoints: errors and challenges as RFC 6749, 6750, 7009 and 7662 write them. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { challenge, checkJson, checkJsonError, checkNotKept } from "./support/checks.mjs";
import { RP, startSuite } from "./support/suite.mjs";

describe("back channel", { concurrency: 4, timeout: 120_000 }, () => {
  let suite;
  const basic = () => suite.client("basic");

  before(async () => {
    suite = await startSuite();
  });
  after(() => suite?.stop());

  test("a client that hasn't proven who it is gets one answer, whatever is wrong (RFC 6749 §5.2)", async () => {
    const form = { grant_type: "authorization_code", code: "c", redirect_uri: `${RP}/basic` };
    const secret = (name) => suite.client(name).metadata.client_secret;
    const header = (text) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    const encoded = encodeURIComponent(secret("basic"));
    const attempts = {
      "no credentials": {},
      "an unknown client": { form: { client_id: "nobody", client_secret: "x" } },
      "a confidential client without its secret": { form: { client_id: "basic" } },
      "the secret in the body where the header is registered": { form: { client_id: "basic", client_secret: secret("basic") } },
      "the secret in the header where the body is registered": { headers: header(`post:${encodeURIComponent(secret("post"))}`) },
      "another client's secret": { headers: header(`second:${encoded}`) },
      "a public client with a secret": { form: { client_id: "spa", client_secret: "x" } },
      "an empty secret": { headers: header("basic:") },
      "a header that isn't base64": { headers: { authorization: "Basic ä%%" } },
      "a header without a colon": { headers: header("basic") },
      "another scheme": { headers: { authorization: "Bearer x" } },
    };
    const answers = new Set();
    for (const [name, { form: own = {}, headers = {} }] of Object.entries(attempts)) {
      for (const path of ["token", "revocation", "introspection"]) {
        const answer = await suite.call(suite.metadata[`${path}_endpoint`], { form: { ...form, token: "t", ...own }, headers });
        answers.add(checkJsonError(answer, 401, "invalid_client").error_description);
        assert.equal(challenge(answer).scheme, "Basic", name);
      }
    }
    assert.equal(answers.size, 1);
    const { headers } = basic().credentials();
    const both = await suite.call(suite.metadata.token_endpoint, { form: { ...form, client_id: "basic", client_secret: secret("basic") }, headers });
    checkJsonError(both, 400, "invalid_request");
  });

  test("each grant that isn't offered is refused as unsupported", async () => {
    const others = ["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange", "AUTHORIZATION_CODE"];
    for (const grant_type of others) checkJsonError(await basic().token({ grant_type, username: "a", password: "b" }), 400, "unsupported_grant_type");
    checkJsonError(await basic().token({}), 400, "invalid_request");
  });

  test("a code is bound to its redirect URI, and survives a wrong one", async () => {
    const request = basic().request();
    const { code } = basic().answer(await suite.person().authorize(request.url), request);
    for (const redirect_uri of [`${RP}/basic/other?fixed=1`, `${RP}/basic/`, "https://evil.example.test/"]) {
      checkJsonError(await basic().redeem(code, request, { redirect_uri }), 400, "invalid_grant");
    }
    checkJsonError(await basic().redeem(code, request, { redirect_uri: undefined }), 400, "invalid_request");
    checkJsonError(await basic().redeem(undefined, request), 400, "invalid_request");
    for (const wrong of ["", "nonsense", `${code}x`, code.slice(1), code.toUpperCase()]) {
      const answer = await basic().redeem(wrong, request);
      checkJsonError(answer, 400, wrong === "" ? "invalid_request" : "invalid_grant");
    }
    await basic().tokensOf(code, request);
  });

  test("userinfo says what it needs and what is wrong, as RFC 6750 writes it", async () => {
    const endpoint = suite.metadata.userinfo_endpoint;
    const { tokens } = await basic().flow(suite.person(), { scope: "openid email offline_access" });
    const none = [
      await suite.call(endpoint),
      await suite.call(endpoint, { form: {} }),
      await suite.call(`${endpoint}?${new URLSearchParams({ access_token: tokens.access_token })}`),
      await suite.call(endpoint, { headers: { authorization: "Basic YTpi" } }),
      await suite.call(endpoint, { body: JSON.stringify({ access_token: tokens.access_token }), headers: { "content-type": "application/json" } }),
    ];
    for (const answer of none) {
      assert.equal(answer.status, 401);
      assert.equal(answer.text, "");
      checkNotKept(answer);
      const { scheme, parameters } = challenge(answer);
      assert.equal(scheme, "Bearer");
      assert.deepEqual(Object.keys(parameters), ["realm"], "no error where no token came (§3.1)");
    }
    for (const token of ["nonsense", tokens.id_token, tokens.refresh_token, `${tokens.access_token}x`, tokens.access_token.slice(0, -8)]) {
      const answer = await basic().userinfo(token);
      checkJsonError(answer, 401, "invalid_token");
      const { scheme, parameters } = challenge(answer);
      assert.equal(scheme, "Bearer");
      assert.equal(parameters.error, "invalid_token");
      assert.equal(parameters.error_description, answer.json().error_description);
    }
    const twice = [
      await suite.call(endpoint, { form: { access_token: tokens.access_token }, headers: { authorization: `Bearer ${tokens.access_token}` } }),
      await suite.call(endpoint, { body: "access_token=a&access_token=b", headers: { "content-type": "application/x-www-form-urlencoded" } }),
    ];
    for (const answer of twice) {
      checkJsonError(answer, 400, "invalid_request");
      const { scheme, parameters } = challenge(answer);
      assert.deepEqual([scheme, parameters.error], ["Bearer", "invalid_request"], "the challenge goes with every refusal (§3)");
    }
  });

  test("userinfo without the scope openid is refused for want of scope", async () => {
    const request = basic().request({ scope: "email", nonce: undefined });
    const { code } = basic().answer(await suite.person().authorize(request.url), request);
    const tokens = checkJson(await basic().redeem(code, request), 200);
    assert.equal(tokens.id_token, undefined, "no ID token either: this isn't an OpenID request");
    const answer = await basic().userinfo(tokens.access_token);
    checkJsonError(answer, 403, "insufficient_scope");
    const { scheme, parameters } = challenge(answer);
    assert.deepEqual([scheme, parameters.error], ["Bearer", "insufficient_scope"]);
  });

  test("introspection tells a client of its own tokens alone (RFC 7662)", async () => {
    const { tokens, claims } = await basic().flow(suite.person(), { scope: "openid email offline_access" });
    const ask = (name, token, more) => suite.client(name).post(suite.metadata.introspection_endpoint, { token, ...more });
    const access = checkJson(await ask("basic", tokens.access_token, { token_type_hint: "refresh_token" }), 200);
    const expected = { active: true, token_type: "Bearer", iss: suite.issuer, sub: claims.sub, client_id: "basic", scope: tokens.scope, sid: claims.sid, auth_time: claims.auth_time };
    for (const [name, value] of Object.entries(expected)) assert.equal(access[name], value, name);
    assert.equal(access.exp - access.iat, tokens.expires_in);
    const refresh = checkJson(await ask("basic", tokens.refresh_token), 200);
    assert.deepEqual([refresh.active, refresh.client_id, refresh.sub], [true, "basic", claims.sub]);
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      const answer = await ask("second", token);
      assert.deepEqual(checkJson(answer, 200), { active: false });
      checkNotKept(answer);
    }
    for (const token of ["nonsense", tokens.id_token]) assert.deepEqual(checkJson(await ask("basic", token), 200), { active: false });
    checkJsonError(await ask("basic", undefined), 400, "invalid_request");
    checkJsonError(await ask("spa", tokens.access_token), 401, "invalid_client");
  });

  test("revocation ends the grant, for its own client alone (RFC 7009)", async () => {
    const revoke = (name, form) => suite.client(name).post(suite.metadata.revocation_endpoint, form);
    const gone = (answer) => {
      assert.equal(answer.status, 200);
      assert.equal(answer.text, "");
      checkNotKept(answer);
    };
    for (const kind of ["access_token", "refresh_token"]) {
      const { tokens } = await basic().flow(suite.person(), { scope: "openid offline_access" });
      checkJsonError(await revoke("second", { token: tokens[kind] }), 400, "invalid_grant");
      assert.equal((await basic().userinfo(tokens.access_token)).status, 200, "a stranger ends nothing");
      gone(await revoke("basic", { token: tokens[kind], token_type_hint: "unheard_of" }));
      checkJsonError(await basic().userinfo(tokens.access_token), 401, "invalid_token");
      checkJsonError(await basic().refresh(tokens.refresh_token), 400, "invalid_grant");
      gone(await revoke("basic", { token: tokens[kind] }));
    }
    gone(await revoke("spa", { token: "nonsense" }));
    checkJsonError(await revoke("basic", {}), 400, "invalid_request");
    checkJsonError(await revoke("basic", [["token", "a"], ["token", "b"]]), 400, "invalid_request");
  });
});
