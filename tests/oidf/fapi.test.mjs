/** FAPI 2.0 Security Profile: the modules that apply without pushed requests, sender-constrained tokens and client assertions. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { checkErrorPage, checkJsonError } from "./support/checks.mjs";
import { RP, secondsAfter, startSuite } from "./support/suite.mjs";

const MODULE = "fapi2-security-profile-final";

describe("fapi2", { concurrency: 4, timeout: 120_000 }, () => {
  let suite;
  const strict = () => suite.client("strict");

  before(async () => {
    suite = await startSuite();
  });
  after(() => suite?.stop());

  async function refused(changes, client = strict()) {
    const request = client.request(changes);
    const { error, code } = client.answer(await suite.person().open(request.url), request);
    assert.equal(code, undefined);
    return error;
  }

  /** A code that nobody has redeemed. */
  async function freshCode(client, changes, person = suite.person()) {
    const request = client.request(changes);
    return { request, code: client.answer(await person.authorize(request.url), request).code };
  }

  test(`${MODULE}-happy-flow`, async () => {
    await strict().flow(suite.person(), { scope: "openid email offline_access" });
    await suite.client("spa").flow(suite.person(), { scope: "openid" });
  });

  test(`${MODULE}-par-ensure-pkce-required`, async () => {
    const none = { code_challenge: undefined, code_challenge_method: undefined };
    assert.equal(await refused(none), "invalid_request");
    assert.equal(await refused(none, suite.client("spa")), "invalid_request");
    assert.equal(await refused({ code_challenge: undefined }), "invalid_request");
    assert.equal(await refused({ code_challenge_method: "S256" }, suite.client("basic")), "invalid_request", "a method without a challenge");
  });

  test(`${MODULE}-par-plain-pkce-rejected`, async () => {
    for (const client of [strict(), suite.client("spa"), suite.client("basic", { pkce: true })]) {
      assert.equal(await refused({ code_challenge_method: "plain" }, client), "invalid_request");
      assert.equal(await refused({ code_challenge_method: undefined }, client), "invalid_request", "no method means plain (RFC 7636 §4.3)");
      assert.equal(await refused({ code_challenge: "short" }, client), "invalid_request");
    }
  });

  test(`${MODULE}-ensure-pkce-code-verifier-required`, async () => {
    for (const client of [strict(), suite.client("spa"), suite.client("basic", { pkce: true })]) {
      const { code, request } = await freshCode(client);
      checkJsonError(await client.redeem(code, request, { code_verifier: undefined }), 400, "invalid_grant");
      checkJsonError(await client.redeem(code, request, { code_verifier: "" }), 400, "invalid_grant");
      await client.tokensOf(code, request);
    }
  });

  test(`${MODULE}-incorrect-pkce-code-verifier-rejected`, async () => {
    const { code, request } = await freshCode(strict());
    checkJsonError(await strict().redeem(code, request, { code_verifier: randomBytes(32).toString("base64url") }), 400, "invalid_grant");
    checkJsonError(await strict().redeem(code, request, { code_verifier: request.sent.code_challenge }), 400, "invalid_grant");
    checkJsonError(await strict().redeem(code, request, { code_verifier: "too-short" }), 400, "invalid_request");
    await strict().tokensOf(code, request);
  });

  test(`${MODULE}: a verifier for a code without a challenge is refused (RFC 9700 §2.1.1, downgrade)`, async () => {
    const client = suite.client("basic");
    const { code, request } = await freshCode(client);
    checkJsonError(await client.redeem(code, request, { code_verifier: randomBytes(32).toString("base64url") }), 400, "invalid_grant");
  });

  test(`${MODULE}-ensure-authorization-code-is-bound-to-client`, async () => {
    for (const [owner, stranger] of [["basic", "second"], ["spa", "strict"], ["strict", "spa"]].map((pair) => pair.map((name) => suite.client(name)))) {
      const { code, request } = await freshCode(owner);
      checkJsonError(await stranger.redeem(code, request), 400, "invalid_grant");
      await owner.tokensOf(code, request);
    }
  });

  test(`${MODULE}-ensure-client-id-in-token-endpoint`, async () => {
    const { code, request } = await freshCode(strict());
    checkJsonError(await strict().redeem(code, request, { client_id: "second" }), 400, "invalid_request");
    await strict().tokensOf(code, request);
  });

  test(`${MODULE}-attempt-reuse-authorization-code-after-one-second`, async () => {
    const { code, request, tokens, claims } = await strict().flow(suite.person(), { scope: "openid offline_access" });
    await secondsAfter(claims.iat, 1);
    checkJsonError(await strict().redeem(code, request), 400, "invalid_grant");
    checkJsonError(await strict().userinfo(tokens.access_token), 401, "invalid_token");
    checkJsonError(await strict().refresh(tokens.refresh_token), 400, "invalid_grant");
  });

  test(`${MODULE}-ensure-response-type-token-fails`, async () => {
    assert.equal(await refusedIn("fragment", { response_type: "token" }), "unsupported_response_type");
  });

  test(`${MODULE}-ensure-response-type-code-idtoken-fails`, async () => {
    for (const response_type of ["code id_token", "id_token", "code token", "id_token token", "code id_token token"]) {
      assert.equal(await refusedIn("fragment", { response_type }), "unsupported_response_type", response_type);
    }
    assert.equal(await refused({ response_type: "none" }), "unsupported_response_type");
    assert.equal(await refused({ response_mode: "form_post" }), "invalid_request");
  });

  /** A refusal in the mode that is the default of the asked response type. */
  async function refusedIn(mode, changes) {
    const request = strict().request(changes);
    const page = await suite.person().open(request.url);
    return strict().answer(page, { sent: { ...request.sent, response_mode: mode } }).error;
  }

  test(`${MODULE}-ensure-authorization-request-without-state-success`, async () => {
    await strict().flow(suite.person(), { state: undefined });
    assert.equal(await refused({ state: undefined, prompt: "none" }), "login_required");
  });

  test(`${MODULE}-ensure-authorization-request-without-nonce-success`, async () => {
    await strict().flow(suite.person(), { nonce: undefined });
  });

  test(`${MODULE}-ensure-authorization-request-with-64-char-nonce-success`, async () => {
    await strict().flow(suite.person(), { nonce: "n".repeat(64) });
  });

  test(`${MODULE}-ensure-authorization-request-with-long-nonce`, async () => {
    await strict().flow(suite.person(), { nonce: `${"n".repeat(296)} "é` });
    assert.equal(await refused({ nonce: "n".repeat(301) }), "invalid_request");
  });

  test(`${MODULE}-ensure-authorization-request-with-long-state`, async () => {
    await strict().flow(suite.person(), { state: "s".repeat(384) });
    await strict().flow(suite.person(), { state: `${"s".repeat(2_040)} &=#+%é`.slice(0, 2_047) });
    const request = strict().request({ state: "s".repeat(2_049) });
    const { error } = strict().answer(await suite.person().open(request.url), { sent: { ...request.sent, state: undefined } });
    assert.equal(error, "invalid_request");
  });

  test(`${MODULE}-ensure-other-scope-order-succeeds`, async () => {
    const { userinfo } = await strict().flow(suite.person(), { scope: "offline_access email openid" });
    assert.ok(userinfo.email);
    await strict().flow(suite.person(), { scope: "email openid email" });
  });

  test(`${MODULE}: repeated parameters are refused`, async () => {
    const request = strict().request();
    for (const name of ["response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "claims", "unheard_of"]) {
      const again = new URLSearchParams([[name, request.sent[name] ?? "login"], [name, request.sent[name] ?? "login"]]);
      const page = await suite.person().open(`${request.url}&${again}`);
      const state = name === "state" ? undefined : request.sent.state;
      assert.equal(strict().answer(page, { sent: { ...request.sent, state } }).error, "invalid_request", name);
    }
    for (const name of ["client_id", "redirect_uri"]) {
      checkErrorPage(await suite.person().open(`${request.url}&${new URLSearchParams({ [name]: request.sent[name] })}`));
    }
    const { code } = await freshCode(strict(), request.sent);
    const form = [["grant_type", "authorization_code"], ["code", code], ["code", code], ["redirect_uri", request.sent.redirect_uri], ["code_verifier", request.verifier]];
    const { headers } = strict().credentials();
    for (const more of [[], [["resource", "a"], ["resource", "b"]]]) {
      checkJsonError(await suite.call(suite.metadata.token_endpoint, { form: [...more, ...form], headers }), 400, "invalid_request");
    }
    await strict().tokensOf(code, request);
  });

  test(`${MODULE}-ensure-redirect-uri-in-authorization-request`, async () => {
    checkErrorPage(await suite.person().open(strict().request({ redirect_uri: undefined }).url));
    checkErrorPage(await suite.person().open(strict().request({ redirect_uri: `${RP}/strict#x` }).url));
    checkErrorPage(await suite.person().open(strict().request({ client_id: undefined }).url));
    checkErrorPage(await suite.person().open(strict().request({ client_id: "nobody" }).url));
  });

  test(`${MODULE}-access-token-type-header-case-sensitivity`, async () => {
    const { tokens } = await strict().flow(suite.person());
    for (const scheme of ["bearer", "BEARER", "bEaReR"]) {
      const answer = await suite.call(suite.metadata.userinfo_endpoint, { headers: { authorization: `${scheme} ${tokens.access_token}` } });
      assert.equal(answer.status, 200, scheme);
    }
  });
});

describe("fapi2: what has expired", { concurrency: true, timeout: 120_000 }, () => {
  const CODE_SECONDS = 6;
  let suite;

  before(async () => {
    suite = await startSuite({ settings: { code_lifetime: CODE_SECONDS, access_token_lifetime: 1, id_token_lifetime: 1 } });
  });
  after(() => suite?.stop());

  async function signIn(client, person, changes) {
    const request = client.request(changes);
    return { request, code: client.answer(await person.authorize(request.url), request).code };
  }

  test(`${MODULE}-attempt-to-use-expired-auth-code`, async () => {
    const client = suite.client("strict");
    const { code, request } = await signIn(client, suite.person());
    await secondsAfter(Math.floor(Date.now() / 1_000), CODE_SECONDS);
    checkJsonError(await client.redeem(code, request), 400, "invalid_grant");
  });

  test("an expired access token opens nothing", async () => {
    const client = suite.client("strict");
    const { code, request } = await signIn(client, suite.person());
    const tokens = (await client.redeem(code, request)).json();
    assert.equal(tokens.expires_in, 1);
    await secondsAfter(Math.floor(Date.now() / 1_000), 1);
    checkJsonError(await client.userinfo(tokens.access_token), 401, "invalid_token");
    assert.deepEqual((await client.post(suite.metadata.introspection_endpoint, { token: tokens.access_token })).json(), { active: false });
  });

  test("an expired ID token still hints, at authorize and at logout", async () => {
    const client = suite.client("strict");
    const person = suite.person();
    const { code, request } = await signIn(client, person);
    const { id_token: id_token_hint } = (await client.redeem(code, request)).json();
    await secondsAfter(Math.floor(Date.now() / 1_000), 1);
    const silent = client.request({ prompt: "none", id_token_hint });
    assert.ok(client.answer(await person.open(silent.url), silent).code);
    const logout = await person.open(`${suite.metadata.end_session_endpoint}?${new URLSearchParams({ id_token_hint, post_logout_redirect_uri: `${RP}/logged-out` })}`);
    assert.equal(logout.headers.location, `${RP}/logged-out`);
  });
});
