/** OpenID Connect Basic: the modules about what an authorization request may say. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { attributes } from "../e2e/support/html.mjs";
import { checkErrorPage, checkUserinfo } from "./support/checks.mjs";
import { foreign, unsigned } from "./support/jwt.mjs";
import { isAddressPage, RP, secondsAfter, startSuite } from "./support/suite.mjs";

describe("oidcc-basic: requests", { concurrency: 4, timeout: 120_000 }, () => {
  let suite;
  const basic = () => suite.client("basic");

  before(async () => {
    suite = await startSuite();
  });
  after(() => suite?.stop());

  /** The error that a request is answered with, in the person's own browser. */
  async function refused(changes, person = suite.person()) {
    const request = basic().request(changes);
    const { error, code } = basic().answer(await person.open(request.url), request);
    assert.equal(code, undefined);
    return error;
  }

  test("oidcc-response-type-missing", async () => {
    assert.equal(await refused({ response_type: undefined }), "invalid_request");
    assert.equal(await refused({ response_type: "" }), "invalid_request");
  });

  test("oidcc-scope-profile", async () => {
    await basic().flow(suite.person(), { scope: "openid profile" });
  });

  test("oidcc-scope-email", async () => {
    const person = suite.person();
    const { userinfo } = await basic().flow(person, { scope: "openid email" });
    assert.equal(userinfo.email, person.email);
    assert.equal(userinfo.email_verified, true);
  });

  for (const scope of ["address", "phone"]) {
    test(`oidcc-scope-${scope}: not offered, so left out without an error`, async () => {
      assert.ok(!suite.metadata.scopes_supported.includes(scope));
      const { tokens } = await basic().flow(suite.person(), { scope: `openid ${scope}` });
      assert.equal(tokens.scope, "openid", "the answer says what was granted (RFC 6749 §3.3)");
    });
  }

  test("oidcc-scope-all", async () => {
    const { tokens } = await basic().flow(suite.person(), { scope: "openid profile email address phone offline_access" });
    assert.equal(tokens.scope, "openid profile email offline_access");
  });

  for (const display of ["page", "popup", "touch", "wap", "unheard-of"]) {
    test(`oidcc-display-${display}`, async () => {
      await basic().flow(suite.person(), { display });
    });
  }

  test("oidcc-prompt-login", async () => {
    const person = suite.person();
    const first = await basic().flow(person);
    await secondsAfter(first.claims.auth_time);
    const request = basic().request({ prompt: "login" });
    const page = await person.open(request.url);
    assert.ok(isAddressPage(page), "it asks, though the person is signed in");
    const { code } = basic().answer(await person.signIn(page), request);
    const { claims } = await basic().tokensOf(code, request);
    assert.equal(claims.sub, first.claims.sub);
    assert.ok(claims.auth_time > first.claims.auth_time, "auth_time is the new sign-in's");
    const silent = await basic().flow(person, { prompt: "none" });
    assert.equal(silent.claims.auth_time, claims.auth_time, "and stays so");
  });

  test("oidcc-prompt-none-not-logged-in", async () => {
    assert.equal(await refused({ prompt: "none" }), "login_required");
    assert.equal(await refused({ prompt: "none", response_mode: "fragment" }), "login_required");
  });

  test("oidcc-prompt-none-logged-in", async () => {
    const person = suite.person();
    const first = await basic().flow(person);
    const request = basic().request({ prompt: "none" });
    const page = await person.browser.request(request.url);
    const { claims } = await basic().tokensOf(basic().answer(page, request).code, request);
    assert.equal(claims.sub, first.claims.sub);
    assert.equal(claims.auth_time, first.claims.auth_time);
    assert.equal(await refused({ prompt: "none login" }, person), "invalid_request");
  });

  test("oidcc-prompt: each offered value is accepted, another is not", async () => {
    const { prompt_values_supported: offered } = suite.metadata;
    const person = suite.person();
    await basic().flow(person);
    assert.deepEqual(offered, ["none", "login", "consent", "select_account", "create"]);
    for (const prompt of ["login", "select_account", "create", "login consent"]) {
      assert.ok(isAddressPage(await person.open(basic().request({ prompt }).url)), prompt);
    }
    await basic().flow(person, { prompt: "consent" });
    for (const prompt of ["none consent", "dance", "login dance", "LOGIN"]) assert.equal(await refused({ prompt }, person), "invalid_request", prompt);
  });

  test("oidcc-max-age-1", async () => {
    const person = suite.person();
    const first = await basic().flow(person);
    await secondsAfter(first.claims.auth_time, 1);
    assert.equal(await refused({ max_age: "1", prompt: "none" }, person), "login_required");
    const request = basic().request({ max_age: "1" });
    const page = await person.open(request.url);
    assert.ok(isAddressPage(page));
    const { claims } = await basic().tokensOf(basic().answer(await person.signIn(page), request).code, request);
    assert.ok(claims.auth_time > first.claims.auth_time);
  });

  test("oidcc-max-age-0 is as good as prompt=login", async () => {
    const person = suite.person();
    await basic().flow(person);
    assert.ok(isAddressPage(await person.open(basic().request({ max_age: "0" }).url)));
    assert.equal(await refused({ max_age: "0", prompt: "none" }, person), "login_required");
    assert.ok((await basic().flow(person, { max_age: "0" })).claims.auth_time > 0, "a fresh sign-in fulfils it");
    for (const max_age of ["-1", "soon", "1.5", "+1"]) assert.equal(await refused({ max_age }, person), "invalid_request", max_age);
  });

  test("oidcc-max-age-10000", async () => {
    const person = suite.person();
    const first = await basic().flow(person, { max_age: "10000" });
    await secondsAfter(first.claims.auth_time);
    const request = basic().request({ max_age: "10000" });
    const { code } = basic().answer(await person.browser.request(request.url), request);
    assert.equal((await basic().tokensOf(code, request)).claims.auth_time, first.claims.auth_time);
  });

  test("oidcc-ensure-request-with-unknown-parameter-succeeds", async () => {
    await basic().flow(suite.person(), { extra: "foobar", "weird[name]": "ä\u0000\"<>" });
  });

  test("oidcc-id-token-hint", async () => {
    const person = suite.person();
    const { tokens, claims } = await basic().flow(person);
    const again = await basic().flow(person, { prompt: "none", id_token_hint: tokens.id_token });
    assert.equal(again.claims.sub, claims.sub);
    // Another client of the same person may hint with its own.
    const second = await suite.client("second").flow(person);
    await basic().flow(person, { prompt: "none", id_token_hint: second.tokens.id_token });
  });

  test("oidcc-id-token-hint of somebody else", async () => {
    const [ann, bob] = [suite.person(), suite.person()];
    const { tokens } = await basic().flow(ann);
    await basic().flow(bob);
    const id_token_hint = tokens.id_token;
    assert.equal(await refused({ prompt: "none", id_token_hint }, bob), "login_required");
    // Bob is asked; his own address won't do, and the client learns no more than that.
    const request = basic().request({ id_token_hint });
    const page = await bob.open(request.url);
    assert.ok(isAddressPage(page));
    assert.equal(basic().answer(await bob.signIn(page), request).error, "login_required");
    const right = basic().request({ id_token_hint });
    const { code } = basic().answer(await bob.signIn(await bob.open(right.url), ann.email), right);
    assert.ok(code);
  });

  test("oidcc-id-token-hint that nobody here signed names nobody", async () => {
    const person = suite.person();
    const { claims, tokens } = await basic().flow(person);
    for (const id_token_hint of [unsigned(claims), foreign(claims), tokens.access_token, "x.y.z", "nonsense"]) {
      assert.equal(await refused({ prompt: "none", id_token_hint }, person), "login_required", id_token_hint.slice(0, 40));
    }
  });

  test("oidcc-login-hint", async () => {
    const person = suite.person();
    const page = await person.open(basic().request({ login_hint: person.email }).url);
    const field = page.form("/sign-in").inputs.find(({ name }) => name === "email");
    assert.equal(field.value, person.email, "it is filled in");
    assert.deepEqual(await suite.nightlatch.mailbox(person.email), [], "and nothing is sent");
    const { userinfo } = await basic().flow(person, { login_hint: person.email, scope: "openid email" });
    assert.equal(userinfo.email, person.email);
    const odd = await suite.person().open(basic().request({ login_hint: '"><script>alert(1)</script>' }).url);
    assert.ok(odd.html.all("script").every((script) => !script.childNodes.some(({ value }) => value?.includes("alert(1)"))), "a hint is text");
  });

  test("oidcc-ui-locales", async () => {
    const person = suite.person({ "accept-language": "en" });
    const looks = async (ui_locales) => {
      const { lang, dir } = attributes((await person.open(basic().request({ ui_locales }).url)).html.all("html")[0]);
      return `${lang} ${dir}`;
    };
    assert.equal(await looks("de"), "de ltr");
    assert.equal(await looks("se nb-NO de-AT en"), "de ltr");
    assert.equal(await looks("ar"), "ar rtl");
    assert.equal(await looks("se"), "en ltr", "none of them: Accept-Language");
    await basic().flow(person, { ui_locales: "de" });
  });

  test("oidcc-claims-locales", async () => {
    await basic().flow(suite.person(), { claims_locales: "se", scope: "openid profile" });
  });

  test("oidcc-ensure-request-with-acr-values-succeeds", async () => {
    const { claims } = await basic().flow(suite.person(), { acr_values: "9 1" });
    assert.equal(claims.acr, "1");
  });

  test("oidcc-claims-essential: the parameter isn't offered, so ignored without an error", async () => {
    assert.equal(suite.metadata.claims_parameter_supported, false);
    const client = basic();
    const { tokens, claims } = await client.flow(suite.person(), { claims: JSON.stringify({ userinfo: { name: { essential: true } }, id_token: { email: null } }) });
    checkUserinfo(await client.userinfo(tokens.access_token), { sub: claims.sub, claims: [] });
    await client.flow(suite.person(), { claims: "{not json" });
  });

  test("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", async () => {
    assert.equal(suite.metadata.request_parameter_supported, false);
    const request = unsigned({ ...basic().request().sent, iss: "basic", aud: suite.issuer });
    assert.equal(await refused({ request }), "request_not_supported");
    assert.equal(await refused({ request, prompt: "none" }), "request_not_supported");
  });

  test("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported", async () => {
    assert.equal(suite.metadata.request_uri_parameter_supported, false);
    assert.equal(await refused({ request_uri: `${RP}/request.jwt#hash` }), "request_uri_not_supported");
    assert.equal(await refused({ registration: "{}" }), "registration_not_supported");
  });

  test("oidcc-ensure-request-object-with-redirect-uri", async () => {
    const inside = unsigned({ ...basic().request().sent, redirect_uri: "https://evil.example.test/" });
    assert.equal(await refused({ request: inside }), "request_not_supported", "the answer goes where the request outside says");
    const request = unsigned(basic().request().sent);
    checkErrorPage(await suite.person().open(basic().request({ redirect_uri: "https://evil.example.test/", request }).url));
    checkErrorPage(await suite.person().open(basic().request({ redirect_uri: undefined, request }).url));
  });
});

describe("oidcc-basic: the scope phone, where text messages leave", { timeout: 60_000 }, () => {
  const NUMBER = "+447700900123";
  let suite;
  before(async () => (suite = await startSuite({ settings: { sms: "mailbox" } })));
  after(() => suite?.stop());

  /** Somebody signed in proves a number on the page of their account. */
  async function prove({ browser }) {
    const page = await browser.submit(await browser.get(`${suite.issuer}/account/phones`), { phone: NUMBER }, { path: "/account/phones" });
    const { code } = await suite.nightlatch.mail(NUMBER);
    return browser.submit(page, { code }, { path: "/sign-in/code" });
  }

  test("oidcc-scope-phone", async () => {
    for (const claim of ["phone_number", "phone_number_verified"]) assert.ok(suite.metadata.claims_supported.includes(claim));
    assert.ok(suite.metadata.scopes_supported.includes("phone"));
    const [client, person] = [suite.client("phones"), suite.person()];
    const before = await client.flow(person, { scope: "openid phone" });
    assert.equal(before.tokens.scope, "openid phone", "asked for and granted; what nobody has said is left out (OpenID Connect Core §5.3.2)");
    await prove(person);
    const answer = await client.userinfo(before.tokens.access_token);
    const claims = checkUserinfo(answer, { sub: before.claims.sub, claims: ["phone_number", "phone_number_verified"] });
    assert.deepEqual([claims.phone_number, claims.phone_number_verified], [NUMBER, true]);
    const email = await client.flow(person, { scope: "openid email" });
    assert.deepEqual(Object.keys(email.userinfo).sort(), ["email", "email_verified", "sub"], "and no other scope releases it");
  });
});
