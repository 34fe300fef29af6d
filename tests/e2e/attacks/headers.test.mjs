/** What every answer carries: framing, policy, caching, referrer; and where the development mailbox isn't. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Html } from "../support/html.mjs";
import { askForCode, authorization, freshBrowser, post, raw, redeem, signIn, SPA, startScene, WEB } from "./support/scene.mjs";

/** The policy allows exactly the page's own inline styles and scripts, and no frame anywhere. */
function assertPage({ headers, text, url }) {
  const policy = headers["content-security-policy"];
  assert.match(policy, /default-src 'none'/, url);
  assert.match(policy, /frame-ancestors 'none'/, url);
  assert.match(policy, /base-uri 'none'/, url);
  assert.doesNotMatch(policy, /unsafe-|\*(?!\.)/, url);
  // Chromium holds every later redirect of a post to it, and that may lead to a client.
  if (/action="\/(sign-in|logout)/.test(text)) assert.doesNotMatch(policy, /form-action/, url);
  assert.equal(headers["x-frame-options"], "DENY");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "same-origin");
  assert.equal(headers["cache-control"], "no-store");
  const html = new Html(text);
  for (const tag of ["style", "script"]) {
    for (const node of html.all(tag).filter(({ attrs }) => !attrs.some(({ name }) => name === "src"))) {
      const hash = createHash("sha256").update(node.childNodes[0]?.value ?? "").digest("base64");
      assert.ok(policy.includes(`'sha256-${hash}'`), `${url}: an inline ${tag} that the policy doesn't know`);
    }
  }
  for (const node of [...html.all("body"), ...html.all("a"), ...html.all("form"), ...html.all("input")]) {
    assert.ok(!node.attrs.some(({ name }) => name === "style" || name.startsWith("on")), `${url}: an inline handler or style`);
  }
}

describe("the headers of every answer", { timeout: 120_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { otp_cooldown: 0, log_requests: "all" } })));
  after(() => nightlatch?.stop());

  test("every page is unframeable, uncached and under a strict policy", async () => {
    const { browser, page, address } = await askForCode(nightlatch, { url: authorization(nightlatch).url });
    const pages = [
      page,
      await browser.get(authorization(nightlatch).url),
      await browser.submit(page, { code: "000000" }, { path: "/sign-in/code" }),
      await browser.submit(page, {}, { path: "/sign-in/resend" }),
      await browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email: "nobody" }, { path: "/sign-in" }),
      await browser.request(`${nightlatch.issuer}/sign-in`, { method: "POST", body: new URLSearchParams(), from: "https://evil.example/" }),
      await browser.get(`${nightlatch.issuer}/authorize`),
      await browser.get(`${nightlatch.issuer}/sign-in/code`),
      await browser.get(`${nightlatch.issuer}/signed-out`),
      await browser.get(`${nightlatch.issuer}/nowhere`),
      await browser.get(`${nightlatch.issuer}/dev/mailbox`),
      await browser.get(`${nightlatch.issuer}/`),
    ];
    for (let count = 0; count < 5; count += 1) pages.push(await browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email: address }, { path: "/sign-in" }));
    assert.ok(pages.some(({ status }) => status === 429));
    const signedIn = await signIn(nightlatch);
    pages.push(await signedIn.browser.get(`${nightlatch.issuer}/`), await signedIn.browser.get(`${nightlatch.issuer}/logout`));
    for (const one of pages) assertPage(one);
  });

  test("every redirect is a 303 that nobody keeps and that names no referrer", async () => {
    const { browser, back } = await signIn(nightlatch);
    const first = await browser.get(`${nightlatch.issuer}/sign-in`);
    const redirects = [
      back,
      await browser.request(authorization(nightlatch, SPA, { prompt: "none" }).url),
      await browser.request(`${nightlatch.issuer}/authorize`, { method: "POST", body: new URL(authorization(nightlatch).url).searchParams }),
      await browser.request(`${nightlatch.issuer}/logout`, { method: "POST", body: new URLSearchParams({ state: "x" }) }),
      await browser.submit(first, { email: "redirected@example.org" }, { path: "/sign-in", stopAt: "" }),
      await browser.submit(await browser.get(`${nightlatch.issuer}/`), {}, { path: "/sign-out", stopAt: "" }),
    ];
    for (const { status, headers, url } of redirects) {
      assert.equal(status, 303, url);
      assert.equal(headers["cache-control"], "no-store", url);
      assert.equal(headers["referrer-policy"], "no-referrer", url);
      assert.equal(headers["x-content-type-options"], "nosniff", url);
    }
  });

  test("tokens, errors and userinfo are JSON that nobody keeps, whatever Accept says", async () => {
    const signedIn = await signIn(nightlatch, { client: WEB });
    const tokens = await redeem(nightlatch, signedIn);
    const answers = [
      tokens,
      await redeem(nightlatch, signedIn),
      await post(nightlatch, "/introspect", WEB, { token: tokens.json.access_token }),
      await post(nightlatch, "/introspect", null, {}),
      await post(nightlatch, "/revoke", SPA, {}),
    ];
    for (const path of ["/token", "/introspect", "/revoke"]) answers.push(await raw(nightlatch, { method: "POST", path, headers: { accept: "text/html" } }));
    for (const { headers, text } of answers) {
      assert.match(headers["content-type"], /^application\/json/);
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-content-type-options"], "nosniff");
      JSON.parse(text);
    }
  });

  test("every answer has an id of its own, which the log has, too, and which nobody can choose", async () => {
    const ids = new Set();
    for (const path of ["/", "/token", "/jwks", "/nowhere"]) ids.add((await raw(nightlatch, { path, headers: { "x-request-id": "chosen" } })).headers["x-request-id"]);
    assert.equal(ids.size, 4);
    assert.ok(!ids.has("chosen"));
    for (const id of ids) assert.ok(await nightlatch.logged("request", ({ request_id: logged }) => logged === id));
  });

  describe("the development mailbox", () => {
    const at = (host, path = "/dev/mailbox.json") => raw(nightlatch, { path, headers: { host } });

    test("answers to this machine's own names alone (DNS rebinding)", async () => {
      await askForCode(nightlatch, { address: "rebound@example.org" });
      const port = nightlatch.runtime.port;
      for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, "localhost"]) assert.equal((await at(host)).status, 200, host);
      for (const host of [
        "evil.example", `evil.example:${port}`, "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1.nip.io", "evil-localhost", "localhost.", "xlocalhost", "0.0.0.0", "10.0.0.1", "[::]", "[fe80::1]", "169.254.169.254",
        "login.example.org", "localhost@evil.example", "user@localhost.evil.example",
      ]) {
        for (const path of ["/dev/mailbox.json", "/dev/mailbox", "/dev/mailbox.json?to=rebound@example.org"]) {
          const answer = await at(host, path);
          assert.ok([400, 404].includes(answer.status), `${answer.status} for ${host}`);
          assert.ok(!answer.text.includes("rebound@example.org"));
        }
      }
    });

    test("isn't fooled by headers about the host", async () => {
      for (const headers of [{ "x-forwarded-host": "localhost" }, { forwarded: "host=localhost" }, { "x-original-url": "http://localhost/" }, { "mf-original-url": "http://localhost/dev/mailbox.json" }, { origin: "http://localhost" }]) {
        assert.ok([400, 404].includes((await raw(nightlatch, { path: "/dev/mailbox.json", headers: { ...headers, host: "evil.example" } })).status));
      }
    });

    test("is read by no other site", async () => {
      const answer = await raw(nightlatch, { path: "/dev/mailbox.json", headers: { origin: "https://evil.example" } });
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
      assert.equal(answer.headers["x-content-type-options"], "nosniff");
      assert.match(answer.headers["content-type"], /^application\/json/);
    });
  });
});

describe("a production configuration", { timeout: 60_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ issuer: "https://login.example.test" })));
  after(() => nightlatch?.stop());

  test("has no development mailbox at all: no page, no verb, no mail kept or logged", async () => {
    const { typed } = await signIn(nightlatch);
    for (const path of ["/dev/mailbox", "/dev/mailbox.json", "/dev/mailbox.json?to=ann@example.org", "/dev", "/dev/"]) {
      for (const host of ["login.example.test", "localhost", "127.0.0.1"]) {
        for (const method of ["GET", "HEAD", "POST", "OPTIONS", "DELETE"]) {
          const answer = await raw(nightlatch, { method, path, headers: { host } });
          assert.equal(answer.status, 404, `${method} ${path} at ${host}`);
        }
      }
    }
    assert.deepEqual(nightlatch.events("dev_mail"), []);
    assert.ok(!nightlatch.log.some(({ message }) => new RegExp(`\\b${typed}\\b`).test(message)), "the code stands in no log");
  });

  test("says that it is https alone", async () => {
    for (const path of ["/", "/jwks", "/token", "/nowhere"]) {
      const answer = await raw(nightlatch, { path });
      assert.match(answer.headers["strict-transport-security"], /^max-age=\d{7,}/);
    }
    const page = await freshBrowser(nightlatch).get(`${nightlatch.issuer}/`);
    assertPage(page);
  });
});
