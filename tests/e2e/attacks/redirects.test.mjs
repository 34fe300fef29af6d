/** Open redirects: every trick with `redirect_uri` and `post_logout_redirect_uri` gets a page of ours, never a way out. RFC 9700 §4.1 and §4.11. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { authorization, freshBrowser, signedInTokens, SPA, startScene, WEB } from "./support/scene.mjs";

const NATIVE = {
  client_id: "native",
  application_type: "native",
  token_endpoint_auth_method: "none",
  redirect_uris: ["http://127.0.0.1/cb", "com.example.app:/cb"],
};
const LOCAL = { client_id: "local", token_endpoint_auth_method: "none", redirect_uris: ["http://localhost:3000/cb"] };

/** What looks like `https://host/path` to a careless check. */
function tricks(uri) {
  const { host, pathname } = new URL(uri);
  return {
    "another host": `https://evil.example${pathname}`,
    "the host as a user name": `https://${host}@evil.example${pathname}`,
    "the host as user and password": `https://${host}:x@evil.example${pathname}`,
    "a user name before the host": `https://me@${host}${pathname}`,
    "a backslash for the path": `https://evil.example\\@${host}${pathname}`,
    "a backslash behind the host": `https://${host}\\.evil.example${pathname}`,
    "an encoded backslash": `https://evil.example%5C@${host}${pathname}`,
    "an encoded at sign": `https://${host}%40evil.example${pathname}`,
    "an encoded slash": `https://${host}%2Fevil.example${pathname}`,
    "no scheme": `//${host}${pathname}`,
    "no scheme, another host": `//evil.example${pathname}`,
    "three slashes": `https:///${host}${pathname}`,
    "one slash": `https:/${host}${pathname}`,
    "slashes turned round": `https:\\\\${host}${pathname}`,
    "the host in capitals": `https://${host.toUpperCase()}${pathname}`,
    "the scheme in capitals": uri.replace("https:", "HTTPS:"),
    "http": uri.replace("https:", "http:"),
    "the default port": `https://${host}:443${pathname}`,
    "another port": `https://${host}:8443${pathname}`,
    "an empty port": `https://${host}:${pathname}`,
    "a trailing dot": `https://${host}.${pathname}`,
    "a sibling host": `https://evil.${host}${pathname}`,
    "a longer host": `https://${host}.evil.example${pathname}`,
    "a host that ends alike": `https://evil${host}${pathname}`,
    "a path that climbs": `https://${host}${pathname}/../../evil`,
    "a path that climbs, encoded": `https://${host}${pathname}/%2e%2e/evil`,
    "a path that climbs back": `https://${host}/x/..${pathname}`,
    "a slash more": `${uri}/`,
    "two slashes": `https://${host}/${pathname}`,
    "a dot in the path": `https://${host}/.${pathname}`,
    "a longer path": `${uri}x`,
    "a path parameter": `${uri};x=1`,
    "an encoded letter": uri.replace(/[a-z]$|\/$/, (end) => `%${end.charCodeAt(0).toString(16)}`),
    "a query added": `${uri}?next=https://evil.example`,
    "an empty query": `${uri}?`,
    "a fragment": `${uri}#`,
    "a fragment with a host": `${uri}#@evil.example`,
    "a line break": `${uri}\r\nLocation: https://evil.example`,
    "an encoded line break": `${uri}%0d%0aLocation:%20https://evil.example`,
    "a tab in the scheme": `ht\ttps://${host}${pathname}`,
    "a blank before": ` ${uri}`,
    "a blank behind": `${uri} `,
    "a NUL behind": `${uri}\u0000`,
    "a NUL and another host": `https://evil.example\u0000${host}${pathname}`,
    "a full-width dot": uri.replace(".", "．"),
    "a full-width letter": uri.replace("example", "ｅxample"),
    "a Cyrillic letter": uri.replace("example", "exаmple"),
    "an A-label": uri.replace("example", "xn--exmple-4nf"),
    "a soft hyphen": uri.replace("example", "exam\u00adple"),
    "a full-width slash": `https://evil.example／${host}${pathname}`,
    "javascript": `javascript:alert(1)//${uri}`,
    "data": "data:text/html,<script>alert(1)</script>",
    "a wildcard": `https://*.example${pathname}`,
    "localhost": "http://localhost/cb",
    "an IP address": "https://127.0.0.1/cb",
    "its own provider": "http://localhost/sign-in",
    "nothing but a path": pathname,
    "a list": `${uri},https://evil.example/`,
    "two of them": `${uri} https://evil.example/`,
    "an array": `["${uri}"]`,
    "a very long one": `${uri}?${"x".repeat(20_000)}`,
  };
}

describe("the redirect URI of an authorization request", { timeout: 120_000 }, () => {
  let nightlatch, browser;
  before(async () => {
    nightlatch = await startScene({ clients: [NATIVE, LOCAL] });
    browser = freshBrowser(nightlatch);
  });
  after(() => nightlatch?.stop());

  const assertNoWayOut = (page) => {
    assert.equal(page.status, 400);
    assert.equal(page.headers.location, undefined);
    assert.equal(page.headers.refresh, undefined);
    assert.ok(!/http-equiv|<script|<a [^>]*evil|<form/i.test(page.text.replace(/<script>[^<]*<\/script>/g, "")), page.text);
    assert.match(page.headers["content-type"], /^text\/html/);
  };

  for (const client of [WEB, SPA]) {
    for (const [name, uri] of Object.entries(tricks(client.redirect_uris[0]))) {
      test(`of ${client.client_id}: ${name}`, async () => {
        const { url } = authorization(nightlatch, client, { redirect_uri: uri });
        assertNoWayOut(await browser.request(url));
        // A bad request in other respects is no better a way out; nor is a silent one.
        assertNoWayOut(await browser.request(authorization(nightlatch, client, { redirect_uri: uri, response_type: "nonsense", prompt: "none" }).url));
      });
    }
  }

  test("a POST takes the same way", async () => {
    for (const uri of Object.values(tricks(SPA.redirect_uris[0])).filter((uri) => uri.length < 1_000)) {
      const { url } = authorization(nightlatch, SPA, { redirect_uri: uri });
      const answer = await browser.request(`${nightlatch.issuer}/authorize`, { method: "POST", body: new URL(url).searchParams });
      assert.equal(answer.status, 303);
      assert.equal(new URL(answer.location).origin, nightlatch.issuer, "to our own page alone");
      assertNoWayOut(await browser.request(answer.location));
    }
  });

  test("one that is missing, empty or repeated", async () => {
    const right = SPA.redirect_uris[0];
    assertNoWayOut(await browser.request(authorization(nightlatch, SPA, { redirect_uri: null }).url));
    assertNoWayOut(await browser.request(authorization(nightlatch, SPA, { redirect_uri: "" }).url));
    const { url } = authorization(nightlatch, SPA, { redirect_uri: null });
    for (const [one, other] of [[right, "https://evil.example/"], ["https://evil.example/", right], [right, right], ["", right]]) {
      const both = new URLSearchParams([["redirect_uri", one], ["redirect_uri", other]]);
      assertNoWayOut(await browser.request(`${url}&${both}`));
    }
    for (const name of ["redirect_uri[]", "redirect_uri[0]", "Redirect_uri", "redirect_uri ", "redirect_url", "REDIRECT_URI"]) {
      assertNoWayOut(await browser.request(`${url}&${new URLSearchParams([[name, right]])}`));
    }
  });

  test("a client that is unknown, missing, repeated or another's", async () => {
    const { url } = authorization(nightlatch, SPA, { client_id: null });
    assertNoWayOut(await browser.request(url));
    for (const id of ["nobody", "SPA", "spa ", "spa\u0000", "../spa", "client:spa", "*", "x".repeat(5_000), "web", "'; DROP TABLE clients; --"]) {
      assertNoWayOut(await browser.request(`${url}&${new URLSearchParams({ client_id: id })}`));
    }
    assertNoWayOut(await browser.request(`${url}&client_id=spa&client_id=web`));
  });

  test("a native client's loopback port is free, and nothing else of it", async () => {
    const goes = async (uri) => (await browser.request(authorization(nightlatch, NATIVE, { redirect_uri: uri, scope: "openid", prompt: "none" }).url)).location;
    assert.ok((await goes("http://127.0.0.1:51234/cb")).startsWith("http://127.0.0.1:51234/cb?error=login_required"));
    for (const uri of [
      "http://127.0.0.1:51234/evil", "http://127.0.0.1:5@evil.example/cb", "http://127.0.0.1:51234@evil.example/cb", "http://127.0.0.1.evil.example/cb",
      "http://localhost:51234/cb", "http://[::1]:51234/cb", "http://127.0.0.2:51234/cb", "http://2130706433:51234/cb", "http://0x7f.1:51234/cb", "http://127.1/cb",
      "http://127.0.0.1:/cb", "http://127.0.0.1:-1/cb", "http://127.0.0.1:123456/cb", "https://127.0.0.1:51234/cb", "http://127.0.0.1:51234/cb?x",
      "http://127.0.0.1:51234\\@evil.example/cb", "http://127.0.0.1:51234/cb#", "com.example.app:/cb/", "com.example.app://cb", "COM.example.app:/cb",
    ]) assert.equal(await goes(uri), undefined, uri);
  });

  test("a web client's loopback port isn't", async () => {
    for (const uri of ["http://localhost:3001/cb", "http://localhost/cb", "http://127.0.0.1:3000/cb", "http://localhost:03000/cb", "http://localhost.:3000/cb", "http://a.localhost:3000/cb"]) {
      assertNoWayOut(await browser.request(authorization(nightlatch, LOCAL, { redirect_uri: uri }).url));
    }
  });

  test("an error goes back to the registered page alone, in the asked mode", async () => {
    for (const [change, joint] of [[{ response_type: "token" }, "#"], [{ response_type: "code", prompt: "none" }, "?"], [{ response_mode: "fragment", prompt: "none" }, "#"]]) {
      const page = await browser.request(authorization(nightlatch, SPA, change).url);
      assert.equal(page.status, 303);
      assert.ok(page.location.startsWith(`${SPA.redirect_uris[0]}${joint}error=`), page.location);
      assert.equal(page.answer.iss, nightlatch.issuer);
    }
  });
});

describe("where a sign-out leads", { timeout: 120_000 }, () => {
  let nightlatch, hint, browser;
  before(async () => {
    nightlatch = await startScene();
    const signedIn = await signedInTokens(nightlatch);
    [hint, browser] = [signedIn.tokens.id_token, signedIn.browser];
  });
  after(() => nightlatch?.stop());

  const logout = (parameters, options) => browser.request(`${nightlatch.issuer}/logout?${new URLSearchParams(parameters)}`, options);
  const assertStays = (page) => {
    assert.equal(page.status, 200);
    assert.equal(page.headers.location, undefined);
    assert.equal(page.headers.refresh, undefined);
    assert.ok(!page.text.includes("evil"), page.text);
  };

  for (const [name, uri] of Object.entries(tricks(SPA.post_logout_redirect_uris[0]))) {
    test(`never to ${name}`, async () => assertStays(await logout({ id_token_hint: hint, post_logout_redirect_uri: uri, state: "s" })));
  }

  test("never anywhere without a hint that we signed", async () => {
    const uri = SPA.post_logout_redirect_uris[0];
    const [header, claims, signature] = hint.split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
    for (const parameters of [
      { post_logout_redirect_uri: uri }, { post_logout_redirect_uri: uri, client_id: "spa" }, { post_logout_redirect_uri: uri, id_token_hint: "x" },
      { post_logout_redirect_uri: uri, id_token_hint: `${none}.${claims}.` }, { post_logout_redirect_uri: uri, id_token_hint: `${header}.${claims}.` },
      { post_logout_redirect_uri: uri, id_token_hint: `${header}.${claims}.${signature.slice(0, -8)}AAAAAAAA` },
      { post_logout_redirect_uri: uri, id_token_hint: hint, client_id: "web" },
    ]) assertStays(await logout(parameters));
  });

  test("never to another client's page", async () => {
    assertStays(await logout({ id_token_hint: hint, post_logout_redirect_uri: WEB.post_logout_redirect_uris[0] }));
    assertStays(await logout({ id_token_hint: hint, post_logout_redirect_uri: SPA.redirect_uris[0] }));
  });

  test("never anywhere where it is named twice", async () => {
    const uri = SPA.post_logout_redirect_uris[0];
    assertStays(await logout([["id_token_hint", hint], ["post_logout_redirect_uri", uri], ["post_logout_redirect_uri", "https://evil.example/"]]));
    assertStays(await logout([["id_token_hint", hint], ["id_token_hint", hint], ["post_logout_redirect_uri", uri]]));
  });

  test("the registered page it reaches, with the state encoded", async () => {
    const page = await logout({ id_token_hint: hint, post_logout_redirect_uri: SPA.post_logout_redirect_uris[0], state: "a&b\r\nX: y" });
    assert.equal(page.headers.location, `${SPA.post_logout_redirect_uris[0]}?state=a%26b%0D%0AX%3A+y`);
  });

  test("a sign-out that a stranger's page asks for doesn't happen by itself", async () => {
    const { browser: victim } = await signedInTokens(nightlatch);
    const before = await victim.get(`${nightlatch.issuer}/`);
    assert.ok(before.html.forms(before.url).some(({ action }) => action.endsWith("/sign-out")));
    for (const parameters of [{}, { client_id: "spa" }, { id_token_hint: hint, post_logout_redirect_uri: SPA.post_logout_redirect_uris[0] }]) {
      const page = await victim.request(`${nightlatch.issuer}/logout?${new URLSearchParams(parameters)}`, { from: "https://evil.example/" });
      assert.equal(page.status, 200);
      assert.ok(page.form("/logout/confirm"));
    }
    const home = await victim.get(`${nightlatch.issuer}/`);
    assert.ok(home.form("/sign-out"), "still signed in");
  });
});
