/** RP-initiated logout: where it leads, and what of the session is left. Modules whose request is wrong end on a page of ours, never back at the client. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { checkJsonError, checkNotKept } from "./support/checks.mjs";
import { foreign, unsigned } from "./support/jwt.mjs";
import { isAddressPage, LOGGED_OUT, startSuite } from "./support/suite.mjs";

describe("oidcc-rp-initiated-logout", { concurrency: 4, timeout: 120_000 }, () => {
  let suite;

  before(async () => {
    suite = await startSuite();
  });
  after(() => suite?.stop());

  /** A person who is signed in, with the ID token and all that a logout may need. */
  async function signedIn() {
    const client = suite.client("basic");
    const person = suite.person();
    return { client, person, ...(await client.flow(person, { scope: "openid offline_access" })) };
  }

  const logout = (person, parameters, options) => person.browser.request(logoutUrl(parameters), options);
  const logoutUrl = (parameters) => `${suite.metadata.end_session_endpoint}?${new URLSearchParams(parameters)}`;

  /** Whether the provider still knows the person. */
  async function stillSignedIn({ client, person }) {
    const request = client.request({ prompt: "none" });
    const { error } = client.answer(await person.open(request.url), request);
    assert.ok(error === undefined || error === "login_required", error);
    return error === undefined;
  }

  /** The answer is the redirect back, with the state and nothing else. */
  function sentBack(page, state) {
    assert.equal(page.status, 303, page.text.slice(0, 300));
    checkNotKept(page);
    assert.equal(page.headers.location, state === undefined ? LOGGED_OUT : `${LOGGED_OUT}?${new URLSearchParams({ state })}`);
  }

  /** A page of ours that names no way back; the person presses its button, and is signed out here. */
  async function confirmedHere(page, { person }) {
    assert.equal(page.status, 200);
    checkNotKept(page);
    const done = await person.browser.submit(page, {}, { path: "/logout/confirm", stopAt: LOGGED_OUT });
    assert.equal(done.status, 200, "it ends here");
    assert.equal(done.headers.location, undefined);
    assert.ok(!done.text.includes(LOGGED_OUT), "the page doesn't lead there either");
  }

  test("oidcc-rp-initiated-logout-discovery-endpoint-verification", async () => {
    assert.equal(suite.metadata.end_session_endpoint, `${suite.issuer}/logout`);
    for (const name of ["backchannel_logout_supported", "frontchannel_logout_supported", "check_session_iframe"]) assert.equal(suite.metadata[name], undefined, name);
  });

  test("oidcc-rp-initiated-logout", async () => {
    const one = await signedIn();
    const state = "a state with spaces & more";
    sentBack(await logout(one.person, { id_token_hint: one.tokens.id_token, post_logout_redirect_uri: LOGGED_OUT, state }), state);
    assert.equal(await stillSignedIn(one), false);
    const page = await one.person.open(one.client.request().url);
    assert.ok(isAddressPage(page), "the next request asks who is there");
  });

  test("oidcc-rp-initiated-logout by POST", async () => {
    const one = await signedIn();
    const body = new URLSearchParams({ id_token_hint: one.tokens.id_token, post_logout_redirect_uri: LOGGED_OUT, state: "s", client_id: "basic" });
    const first = await one.person.browser.request(suite.metadata.end_session_endpoint, { method: "POST", body, from: LOGGED_OUT });
    assert.equal(first.status, 303);
    sentBack(await one.person.browser.follow(first, { stopAt: LOGGED_OUT }), "s");
    assert.equal(await stillSignedIn(one), false);
  });

  test("oidcc-rp-initiated-logout-no-state", async () => {
    const one = await signedIn();
    sentBack(await logout(one.person, { id_token_hint: one.tokens.id_token, post_logout_redirect_uri: LOGGED_OUT }), undefined);
    assert.equal(await stillSignedIn(one), false);
  });

  test("oidcc-rp-initiated-logout of a session that is over already", async () => {
    const one = await signedIn();
    const parameters = { id_token_hint: one.tokens.id_token, post_logout_redirect_uri: LOGGED_OUT, state: "s" };
    sentBack(await logout(one.person, parameters), "s");
    sentBack(await logout(one.person, parameters), "s");
  });

  test("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri", async () => {
    for (const uri of ["https://evil.example.test/", "https://rp.example.test/logged-out/", "https://rp.example.test/basic", "//evil.example.test", "javascript:alert(1)"]) {
      const one = await signedIn();
      const page = await logout(one.person, { id_token_hint: one.tokens.id_token, post_logout_redirect_uri: uri, state: "s" });
      assert.equal(page.status, 200, uri);
      assert.ok(!page.text.includes(uri), uri);
    }
  });

  test("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri", async () => {
    const one = await signedIn();
    const page = await logout(one.person, { id_token_hint: one.tokens.id_token, post_logout_redirect_uri: `${LOGGED_OUT}?foo=bar`, state: "s" });
    assert.equal(page.status, 200);
    assert.ok(!page.text.includes(LOGGED_OUT));
  });

  test("oidcc-rp-initiated-logout-modified-id-token-hint", async () => {
    const one = await signedIn();
    const page = await logout(one.person, { id_token_hint: unsigned(one.claims), post_logout_redirect_uri: LOGGED_OUT, state: "s" });
    assert.ok(await stillSignedIn(one), "the hint is worth nothing: the person is asked");
    await confirmedHere(page, one);
    assert.equal(await stillSignedIn(one), false);
  });

  test("oidcc-rp-initiated-logout-bad-id-token-hint", async () => {
    const one = await signedIn();
    const [{ kid }] = suite.jwks.keys;
    for (const hint of [foreign(one.claims), foreign(one.claims, { kid }), one.tokens.access_token, one.tokens.id_token.slice(0, -4)]) {
      const page = await logout(one.person, { id_token_hint: hint, post_logout_redirect_uri: LOGGED_OUT, state: "s" });
      assert.equal(page.status, 200);
      assert.ok(!page.text.includes(LOGGED_OUT));
    }
    assert.ok(await stillSignedIn(one));
  });

  test("oidcc-rp-initiated-logout-no-id-token-hint", async () => {
    const one = await signedIn();
    for (const parameters of [{}, { client_id: "basic" }]) {
      const page = await logout(one.person, { ...parameters, post_logout_redirect_uri: LOGGED_OUT, state: "s" });
      assert.ok(await stillSignedIn(one), "anybody may have made the browser ask");
      assert.equal(page.form("/logout/confirm").method, "POST");
    }
    await confirmedHere(await logout(one.person, { post_logout_redirect_uri: LOGGED_OUT }), one);
    assert.equal(await stillSignedIn(one), false);
  });

  for (const [name, parameters] of [["no-params", {}], ["only-state", { state: "s" }]]) {
    test(`oidcc-rp-initiated-logout-${name}`, async () => {
      const one = await signedIn();
      await confirmedHere(await logout(one.person, parameters), one);
      assert.equal(await stillSignedIn(one), false);
    });
  }

  test("oidcc-rp-initiated-logout-no-post-logout-redirect-uri", async () => {
    const one = await signedIn();
    const page = await logout(one.person, { id_token_hint: one.tokens.id_token, state: "s" });
    assert.equal(page.status, 200);
    checkNotKept(page);
    assert.equal(await stillSignedIn(one), false);
  });

  test("oidcc-rp-initiated-logout ends what lives by the session, and not what was granted for use offline", async () => {
    const one = await signedIn();
    const online = await one.client.flow(one.person);
    const pending = one.client.request();
    const { code } = one.client.answer(await one.person.open(pending.url), pending);
    sentBack(await logout(one.person, { id_token_hint: online.tokens.id_token, post_logout_redirect_uri: LOGGED_OUT }), undefined);
    checkJsonError(await one.client.userinfo(online.tokens.access_token), 401, "invalid_token");
    checkJsonError(await one.client.redeem(code, pending), 400, "invalid_grant");
    assert.equal((await one.client.userinfo(one.tokens.access_token)).status, 200);
    assert.equal((await one.client.refresh(one.tokens.refresh_token)).status, 200);
  });

  test("oidcc-rp-initiated-logout with the hint of another client or person", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const foreignClient = await logout(one.person, { id_token_hint: one.tokens.id_token, client_id: "second", post_logout_redirect_uri: LOGGED_OUT });
    assert.equal(foreignClient.status, 200, "client_id and the hint's audience differ");
    const foreignPerson = await logout(one.person, { id_token_hint: other.tokens.id_token, post_logout_redirect_uri: LOGGED_OUT });
    assert.equal(foreignPerson.status, 200, "another person's token ends nobody's session");
    assert.ok(await stillSignedIn(one));
    assert.ok(await stillSignedIn(other));
  });

  test("oidcc-rp-initiated-logout speaks the person's language", async () => {
    const one = await signedIn();
    const page = await logout(one.person, { ui_locales: "de" });
    assert.match(page.text, /<html lang="de" dir="ltr">/);
  });
});
