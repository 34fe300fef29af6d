/** Challenges by API, as a backend in Node would use them: begin, send the person there, validate; and fifty at a time. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as oidc from "openid-client";
import { answer, asked, enrolAtHome } from "./support/emulator.mjs";
import { startNightlatch } from "./support/harness.mjs";
import { goAndComeBack, signInByCode } from "./support/person.mjs";

const SITE = "https://bank.example.test";
const DONE = `${SITE}/done`;
const SECRET = "a-secret-of-the-tests-that-is-long-enough";
const ACTION = "Pay €40 to Harbour Books";
const ANN = "ann@example.org";

const bank = (client_id, more) => ({ client_id, client_name: "Example Bank", client_secret: SECRET, redirect_uris: [DONE], scope: "openid", ...more });

describe("challenges by API", { timeout: 300_000 }, () => {
  let nightlatch, ann, sub;

  before(async () => {
    const clients = [bank("bank"), bank("rival"), bank("poster", { token_endpoint_auth_method: "client_secret_post" })];
    nightlatch = await startNightlatch({ settings: { otp_cooldown: 0, throttle_failures: 100, address_sends_per_hour: 100, address_sends_per_day: 1000 }, clients });
    ann = nightlatch.browser();
    sub = await signIn();
  });

  after(() => nightlatch?.stop());

  test("a backend begins one, the person confirms by a fresh code, and it is valid once of fifty times", async () => {
    const { status, json } = await begin();
    assert.equal(status, 201);
    assert.equal(json.expires_in, 600);
    const answer = await confirm(json.url);
    assert.deepEqual([answer.challenge, answer.state, answer.iss], [json.challenge, "order 7", nightlatch.issuer]);
    const tries = await Promise.all(Array.from({ length: 50 }, () => validate({ token: answer.token })));
    const valid = tries.filter(({ json }) => json.valid);
    assert.equal(valid.length, 1);
    const { auth_time, ...rest } = valid[0].json;
    assert.deepEqual(rest, { valid: true, challenge: json.challenge, user: sub, action: ACTION, acr: "1", amr: ["otp"] });
    assert.ok(Math.abs(auth_time - Date.now() / 1000) < 30);
    for (const { status, json } of tries) assert.ok(status === 200 && (json.valid || Object.keys(json).length === 1), JSON.stringify(json));
  });

  test("the person confirms by their own passkey, shown for this alone, and it is valid once of fifty times", async () => {
    const [cleo, dan] = [nightlatch.browser(), nightlatch.browser()];
    const [device, dans] = [await enrolAtHome(nightlatch, cleo, "cleo@example.org"), await enrolAtHome(nightlatch, dan, "dan@example.org")];
    const [{ id: user }] = (await nightlatch.operate("users.list", { address: "cleo@example.org" })).users;
    const challenge = { user, factors: ["passkey"] };
    const [first, other] = [await begin(challenge), await begin(challenge)];
    const [page, otherPage] = await Promise.all([first, other].map(({ json }) => saysYes(cleo, json.url)));
    const show = (page, { ceremony, credential }) => answer(cleo, page, { path: "/sign-in/second", ceremony, credential, stopAt: DONE });

    const { options, ceremony } = asked(page);
    assert.equal(options.allowCredentials.length, 1);
    const foreign = dans.getJSON(nightlatch.issuer, { ...options, allowCredentials: undefined });
    assert.equal((await show(page, { ceremony, credential: foreign })).status, 400, "somebody else's passkey");
    const shown = { ceremony, credential: device.getJSON(nightlatch.issuer, options) };
    const all = await Promise.all(Array.from({ length: 10 }, () => show(page, shown)));
    assert.equal(all.filter(({ location }) => location?.startsWith(DONE)).length, 1, "of ten posts at a time one confirms");
    for (const replay of [page, otherPage]) assert.equal((await show(replay, shown)).status, 400, "a replay");

    const { token } = all.find(({ location }) => location?.startsWith(DONE)).answer;
    for (const wrong of [{ user: sub }, { user, action: `${ACTION}0` }]) assert.deepEqual((await validate({ token, ...wrong })).json, { valid: false });
    const tries = await Promise.all(Array.from({ length: 50 }, () => validate({ token, user })));
    const [{ json: valid }, ...more] = tries.filter(({ json }) => json.valid);
    assert.equal(more.length, 0);
    const { auth_time, ...rest } = valid;
    assert.deepEqual(rest, { valid: true, challenge: first.json.challenge, user, action: ACTION, acr: "2", amr: ["pop", "user", "mfa"] });
    assert.ok(Math.abs(auth_time - Date.now() / 1000) < 30);
  });

  test("a factor that is switched off is refused by name", async () => {
    const { status, json } = await begin({ factors: ["email_code", "password"] });
    assert.deepEqual([status, json.error], [400, "invalid_request"]);
    assert.match(json.error_description, /passwords are switched off/);
  });

  test("neither another client nor another action uses the token up", async () => {
    const { token } = await confirm((await begin()).json.url);
    for (const [more, client] of [[{}, "rival"], [{ action: `${ACTION}0` }], [{ user: "AAAAAAAAAAAAAAAAAAAAAA" }], [{ token: `${token}x` }]]) {
      assert.deepEqual((await validate({ token, ...more }, client)).json, { valid: false });
    }
    assert.equal((await validate({ token })).json.valid, true);
  });

  test("the person says no, and the site is told", async () => {
    const page = await ann.get((await begin()).json.url);
    const back = await ann.submit(page, {}, { button: { answer: "no" }, stopAt: DONE });
    assert.deepEqual([back.answer.error, back.answer.state, back.answer.iss], ["access_denied", "order 7", nightlatch.issuer]);
  });

  test("what the client calls it can't be more than text on the page", async () => {
    const action = `<script>alert(1)</script> "'>{{7*7}}`;
    const page = await ann.get((await begin({ action })).json.url);
    assert.ok(page.html.text().includes(action));
    assert.ok(!page.text.includes("<script>alert"));
  });

  test("a form is taken as well, with the secret in it where the client is registered so", async () => {
    const body = new URLSearchParams({ client_id: "poster", client_secret: SECRET, user: sub, action: ACTION, redirect_uri: DONE, factors: "email_code passkey" });
    const response = await fetch(`${nightlatch.issuer}/challenges`, { method: "POST", body });
    assert.equal(response.status, 201);
  });

  test("nobody begins one without a secret, for a stranger, or on the way to somewhere else", async () => {
    for (const [more, expected, authorization] of [
      [{}, 401, `Basic ${btoa("bank:wrong")}`],
      [{ user: "AAAAAAAAAAAAAAAAAAAAAA" }, 400],
      [{ redirect_uri: "https://evil.example/" }, 400],
      [{ action: "x".repeat(101) }, 400],
      [{ factors: ["fingerprint"] }, 400],
      [{ factors: 7 }, 400],
    ]) {
      const { status, json } = await begin(more, authorization);
      assert.equal(status, expected, JSON.stringify(json));
      assert.ok(json.error_description);
    }
    assert.equal((await fetch(`${nightlatch.issuer}/challenges`)).status, 405);
  });

  const basic = (client) => `Basic ${btoa(`${client}:${SECRET}`)}`;

  async function post(path, body, authorization) {
    const response = await fetch(`${nightlatch.issuer}${path}`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, json: await response.json() };
  }

  function begin(more, authorization = basic("bank")) {
    return post("/challenges", { user: sub, action: ACTION, redirect_uri: DONE, state: "order 7", factors: ["email_code", "passkey"], ...more }, authorization);
  }

  function validate(more, client = "bank") {
    return post("/challenges/validate", { user: sub, action: ACTION, ...more }, basic(client));
  }

  async function saysYes(browser, url) {
    return browser.submit(await browser.get(url), {}, { button: { answer: "yes" } });
  }

  async function confirm(url) {
    const page = await ann.get(url);
    assert.ok(page.html.text().includes(ACTION), page.text);
    const addressPage = await saysYes(ann, url);
    return (await signInByCode(nightlatch, ann, addressPage, { address: ANN, backAt: DONE })).answer;
  }

  async function signIn() {
    const client = await oidc.discovery(new URL(nightlatch.issuer), "bank", {}, oidc.ClientSecretBasic(SECRET), { execute: [oidc.allowInsecureRequests] });
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const code_challenge = await oidc.calculatePKCECodeChallenge(pkceCodeVerifier);
    const url = oidc.buildAuthorizationUrl(client, { redirect_uri: DONE, scope: "openid", code_challenge, code_challenge_method: "S256" });
    const back = await goAndComeBack(nightlatch, ann, url, { address: ANN, backAt: DONE });
    return (await oidc.authorizationCodeGrant(client, new URL(back), { pkceCodeVerifier })).claims().sub;
  }
});
