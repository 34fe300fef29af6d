/** Header, mail-header and HTML injection by every parameter that is shown or sent on. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Html } from "../support/html.mjs";
import { askForCode, authorization, freshAddress, freshBrowser, raw, signIn, SPA, startScene, WEB } from "./support/scene.mjs";

const MARKUP = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`;
const BREAK = "a\r\nX-Injected: yes\r\n\r\n<b>b</b>";
const NAMED = {
  ...SPA,
  client_id: "named",
  client_name: `<script>alert("&1")</script> {{7*7}} \${x}`,
  redirect_uris: ["https://named.example/"],
  logo_uri: "https://named.example/logo.png?a=1&b='2'",
  client_uri: "https://named.example/?a=1&b='2'",
};

describe("what is sent in comes out as text", { timeout: 120_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ clients: [NAMED], settings: { otp_cooldown: 0 } })));
  after(() => nightlatch?.stop());

  const ours = new Set();
  /** No header of the attacker's, no script that isn't the page's own, no handler, no element of the payload's. */
  const assertClean = (page, text = page.text) => {
    assert.equal(page.headers["x-injected"], undefined);
    for (const [name, value] of Object.entries(page.headers)) {
      for (const one of [value].flat()) assert.ok(!/[\r\n\0]/.test(one), name);
    }
    if (!page.headers["content-type"]?.startsWith("text/html")) return;
    assert.ok(!text.includes("<script>alert"), "a script");
    assert.ok(!text.includes("<img src=x"), "an element");
    const html = new Html(text);
    for (const tag of html.all("script")) ours.add(tag.childNodes[0]?.value ?? "");
    assert.ok(ours.size <= 2, "no script but the page's own");
    for (const tag of ["img", "b", "a", "input", "body", "form"]) {
      for (const node of html.all(tag)) assert.ok(!node.attrs.some(({ name, value }) => /^on/.test(name) || /^\s*javascript:/i.test(value)), tag);
    }
  };

  for (const payload of [MARKUP, BREAK, "{{7*7}}", "${7*7}", "\u0000\u0001\u007f\u0085\u2028\u202e", "%0d%0aX-Injected:%20yes", "&lt;script&gt;", "é🦀\ufffd", "</textarea></title></style>"]) {
    const shown = JSON.stringify(payload);

    test(`every parameter of an authorization request set to ${shown}`, async () => {
      const browser = freshBrowser(nightlatch);
      for (const name of [
        "state", "nonce", "login_hint", "ui_locales", "scope", "response_type", "response_mode", "prompt", "max_age", "id_token_hint", "code_challenge", "code_challenge_method", "display",
        "acr_values", "claims", "client_id", "redirect_uri", "request", "request_uri", "registration", payload,
      ]) {
        const page = await browser.request(authorization(nightlatch, SPA, { [name]: payload }).url);
        assert.ok(page.status < 500, `${page.status} for ${name}`);
        assertClean(page);
        if (page.status === 303) assert.ok(page.headers.location.startsWith(SPA.redirect_uris[0]));
        const posted = await browser.request(`${nightlatch.issuer}/authorize`, { method: "POST", body: new URL(authorization(nightlatch, SPA, { [name]: payload }).url).searchParams });
        assert.equal(posted.status, 303);
        assertClean(posted);
        assert.ok(posted.headers.location.startsWith(`${nightlatch.issuer}/authorize?`));
      }
    });

    test(`state and nonce set to ${shown} come back unchanged`, async () => {
      const { back, tokens } = await signIn(nightlatch, { client: WEB, change: { state: payload, nonce: payload } }).then(async (signedIn) => ({
        ...signedIn,
        tokens: await fetch(`${nightlatch.url}/token`, {
          method: "POST",
          headers: { authorization: `Basic ${Buffer.from(`web:${WEB.client_secret}`).toString("base64")}` },
          body: new URLSearchParams({ grant_type: "authorization_code", code: signedIn.code, redirect_uri: signedIn.redirectUri, code_verifier: signedIn.verifier }),
        }).then((response) => response.json()),
      }));
      assertClean(back);
      assert.equal(back.answer.state, payload);
      assert.equal(JSON.parse(Buffer.from(tokens.id_token.split(".")[1], "base64url")).nonce, payload);
    });

    test(`our own forms' fields set to ${shown}`, async () => {
      const begun = await askForCode(nightlatch);
      for (const [page, path, field] of [[await begun.browser.get(`${nightlatch.issuer}/sign-in`), "/sign-in", "email"], [await begun.browser.get(`${nightlatch.issuer}/sign-in`), "/sign-in", "request"], [begun.page, "/sign-in/code", "code"], [begun.page, "/sign-in/code", "ticket"], [begun.page, "/sign-in/resend", "ticket"]]) {
        const answer = await begun.browser.submit(page, { [field]: payload }, { path, stopAt: "" });
        assert.ok([400, 403].includes(answer.status), `${answer.status} for ${path} ${field}`);
        assertClean(answer);
        assert.ok(!answer.text.includes("49") || !payload.includes("7*7") || !/>\s*49\s*</.test(answer.text), "no template is evaluated");
      }
      for (const [path, query] of [["/sign-in/code", "challenge"], ["/sign-in/code", "sent"], ["/sign-in", "challenge"], ["/logout", "state"], ["/logout", "ui_locales"], ["/logout", "id_token_hint"], ["/logout", "client_id"], ["/", "x"], ["/signed-out", "x"]]) {
        const answer = await begun.browser.request(`${nightlatch.issuer}${path}?${new URLSearchParams({ [query]: payload })}`);
        assert.ok(answer.status < 500);
        assertClean(answer);
      }
    });
  }

  test("headers full of markup are neither shown nor obeyed", async () => {
    for (const name of ["user-agent", "accept-language", "referer", "accept", "x-forwarded-for", "x-forwarded-host", "cf-ipcity", "cf-connecting-ip", "cf-ray", "x-request-id", "authorization", "dpop"]) {
      for (const path of ["/", "/sign-in", "/nowhere", "/authorize", "/userinfo", "/logout"]) {
        const page = await raw(nightlatch, { path, headers: { [name]: MARKUP.repeat(10) } });
        assert.ok(page.status < 500, `${page.status} for ${name} at ${path}`);
        assertClean(page);
        assert.ok(!page.text.includes("onerror=alert"));
      }
    }
  });

  test("a path is never shown", async () => {
    for (const path of ["/<script>alert(1)</script>", "/%3Cscript%3Ealert(1)%3C/script%3E", "/%0d%0aX-Injected:%20yes", "/dev/mailbox/<b>", "/.well-known/%22%3E%3Cscript%3E"]) {
      const page = await raw(nightlatch, { path: encodeURI(path).replaceAll("%25", "%") });
      assert.equal(page.status, 404);
      assertClean(page);
      assert.ok(!page.text.includes("alert(1)"));
    }
  });

  test("a client's name is text on pages and in the mail, and one line in its subject", async () => {
    const { url } = authorization(nightlatch, NAMED);
    const begun = await askForCode(nightlatch, { url });
    assertClean(begun.page);
    const first = await begun.browser.get(url);
    assertClean(first);
    assert.ok(first.text.includes("&lt;script&gt;") || first.text.includes("&#60;script&#62;"));
    const mail = await nightlatch.mail(begun.address);
    assert.ok(!/[\r\n]/.test(mail.subject));
    assert.ok(!mail.html.includes("<script"));
    assert.ok(!mail.html.includes("49") || mail.code.includes("49") || mail.html.includes("{{7*7}}"));
    assertClean(await begun.browser.get(`${nightlatch.issuer}/dev/mailbox`));
  });

  test("no address with a header, a second recipient or a display name in it gets a mail", async () => {
    const begun = async (email) => {
      const browser = freshBrowser(nightlatch);
      return browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email }, { path: "/sign-in", stopAt: "" });
    };
    const count = async () => (await nightlatch.mailbox("")).length;
    const before = await count();
    for (const email of [
      "ann@example.org\r\nBcc: eve@evil.example", "ann@example.org\nBcc: eve@evil.example", "ann@example.org\rX", "ann@example.org%0aBcc:eve@evil.example", "ann@example.org,eve@evil.example",
      "ann@example.org;eve@evil.example", "ann@example.org eve@evil.example", "Ann <ann@example.org>", "<ann@example.org>", "ann@example.org>", "ann@example.org\u0000", "ann\u0000@example.org",
      '"ann"@example.org', '"a\r\nb"@example.org', "ann@[127.0.0.1]", "ann@127.0.0.1", "ann@localhost", "ann(comment)@example.org", "ann@example.org(comment)", "ann@exa\u2028mple.org", "ann\u2029@example.org",
      "ann\u0085@example.org", "ann@example.org\u000b", "ann@@example.org", "@example.org", "ann@", "ann", "ann@.example.org", "ann@example..org", ".ann@example.org", "ann.@example.org", "an..n@example.org",
      "ann@-example.org", "ann@exam_ple.org", "ann\\@example.org", "ann:eve@example.org", `${"a".repeat(65)}@example.org`, `ann@${"a.".repeat(130)}org`, "mailto:ann@example.org", "ann＠example.org", "ann@eve＠example.org",
    ]) {
      const page = await begun(email);
      assert.equal(page.status, 400, JSON.stringify(email));
      assertClean(page);
    }
    assert.equal(await count(), before);
  });

  test("the mail's words come from us: nothing of the request but the client's name is in it", async () => {
    const asked = authorization(nightlatch, SPA, { state: "INJECTED", nonce: "INJECTED", login_hint: "INJECTED", ui_locales: "INJECTED" });
    const browser = freshBrowser(nightlatch, { headers: { "user-agent": "INJECTED", "accept-language": "INJECTED" } });
    const begun = await askForCode(nightlatch, { browser, url: asked.url, address: freshAddress() });
    assert.doesNotMatch(JSON.stringify(await nightlatch.mail(begun.address)), /INJECTED/);
  });

  test("CORS repeats an origin only as a header, and only a registered one where it counts", async () => {
    for (const path of ["/token", "/userinfo", "/revoke"]) {
      const answer = await raw(nightlatch, { method: "POST", path, headers: { origin: "https://evil.example", "content-type": "application/x-www-form-urlencoded" }, body: "client_id=spa&token=x" });
      assert.notEqual(answer.headers["access-control-allow-origin"], "https://evil.example", path);
      assert.notEqual(answer.headers["access-control-allow-origin"], "*", path);
      assert.equal(answer.headers["access-control-allow-credentials"], undefined);
    }
    for (const path of ["/authorize", "/sign-in", "/", "/dev/mailbox.json", "/logout"]) {
      const answer = await raw(nightlatch, { path, headers: { origin: "https://spa.example" } });
      assert.equal(answer.headers["access-control-allow-origin"], undefined, path);
    }
  });

  test("no code, cookie, token or address stands in the log", async () => {
    const { address, typed, code, browser } = await signIn(nightlatch);
    const lines = nightlatch.events().filter(({ event }) => event !== "dev_mail").map((entry) => JSON.stringify(entry)).join("\n");
    for (const secret of [address, code, browser.jar.get(nightlatch.issuer, "nl_session").value]) assert.ok(!lines.includes(secret));
    assert.ok(!new RegExp(`\\b${typed}\\b`).test(lines));
  });
});
