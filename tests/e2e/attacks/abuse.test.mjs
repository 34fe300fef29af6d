/** Requests that no browser and no client sends: verbs, content types, sizes, encodings. Each has a clear answer, none a 5xx, and the Worker lives on. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { authorization, freshBrowser, raw, signedInTokens, signIn, SPA, startScene, WEB, wire } from "./support/scene.mjs";

const ROUTES = {
  "/": ["GET"], "/authorize": ["GET", "POST"], "/sign-in": ["GET", "POST"], "/sign-in/code": ["GET", "POST"], "/sign-in/resend": ["POST"], "/sign-out": ["POST"], "/signed-out": ["GET"],
  "/logout": ["GET", "POST"], "/logout/confirm": ["POST"], "/token": ["POST", "OPTIONS"], "/userinfo": ["GET", "POST", "OPTIONS"], "/introspect": ["POST"], "/revoke": ["POST", "OPTIONS"],
  "/jwks": ["GET", "OPTIONS"], "/.well-known/openid-configuration": ["GET", "OPTIONS"], "/.well-known/oauth-authorization-server": ["GET", "OPTIONS"], "/health": ["GET"], "/dev/mailbox": ["GET"], "/dev/mailbox.json": ["GET"],
};
const POSTS = Object.keys(ROUTES).filter((path) => ROUTES[path].includes("POST"));
const FORM = { "content-type": "application/x-www-form-urlencoded" };

describe("abuse", { timeout: 120_000 }, () => {
  let nightlatch, origin;
  before(async () => {
    nightlatch = await startScene();
    origin = { origin: nightlatch.issuer };
  });
  after(async () => {
    // Alive and well after all of it.
    const health = await raw(nightlatch, { path: "/health" });
    await nightlatch.stop();
    assert.equal(health.status, 200);
  });

  const assertRefused = (answer, what) => {
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} for ${what}`);
    assert.equal(answer.headers.location, undefined);
    assert.ok(!answer.rawHeaders.some((name) => /^set-cookie$/i.test(name) && /session/.test(name)));
  };

  for (const [path, allowed] of Object.entries(ROUTES)) {
    test(`${path} takes ${allowed.join(", ")} alone, and names them`, async () => {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "LOCK", "SEARCH", "PURGE"]) {
        const answer = await raw(nightlatch, { method, path });
        assert.ok(answer.status < 500, `${method}: ${answer.status}`);
        if (allowed.includes(method)) {
          assert.notEqual(answer.status, 405, method);
        } else {
          assert.equal(answer.status, 405, method);
          for (const one of allowed) assert.match(answer.headers.allow, new RegExp(`\\b${one}\\b`));
        }
      }
    });
  }

  test("a HEAD has no body and does nothing that a GET wouldn't", async () => {
    for (const [path, allowed] of Object.entries(ROUTES)) {
      const answer = await raw(nightlatch, { method: "HEAD", path });
      assert.equal(answer.text, "");
      assert.ok(answer.status < 500);
      if (!allowed.includes("GET")) assert.equal(answer.status, 405);
    }
  });

  for (const path of POSTS) {
    test(`${path} refuses what isn't a form, what is too large and what has too many parameters`, async () => {
      const bodies = [
        ["application/json", "{}"], ["text/plain", "a=1"], ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--'], ["", "a=1"],
        ["application/x-www-form-urlencodedx", "a=1"], ["application/xml", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"],
        ["application/x-www-form-urlencoded", "a=1&".repeat(200)], ["application/x-www-form-urlencoded", `a=${"x".repeat(200_000)}`], ["application/x-www-form-urlencoded", Buffer.alloc(2_000_000, "&")],
        ["application/x-www-form-urlencoded", Buffer.from([0x61, 0x3d, 0xff, 0xfe, 0xc0, 0x80])],
      ];
      for (const [type, body] of bodies) {
        const answer = await raw(nightlatch, { method: "POST", path, headers: { "content-type": type, ...origin }, body });
        // A sign-out request and userinfo may come with nothing at all: an unreadable form is as good as none.
        if (["/logout", "/userinfo"].includes(path) && answer.status < 400) assert.equal(answer.status, 303);
        else assertRefused(answer, `${type} ${String(body).slice(0, 30)}`);
        if (body.length > 131_072) assert.equal(answer.status, 413, `${body.length} bytes`);
      }
    });

    test(`${path} bears every encoding, well-formed or not`, async () => {
      for (const body of ["", "&", "=", "&&==&&", "%", "%%%", "a=%", "a=%zz", "a=%u0041", "%00=%00", "a[]=1&a[]=2", "a=1;b=2", "__proto__=1&constructor=2", "%EF%BF%BF=1", "a=%ED%A0%80", "+=+", "a=b=c=d", "\r\n", "{\"a\":1}", `${"%41".repeat(1000)}=1`]) {
        const answer = await raw(nightlatch, { method: "POST", path, headers: { ...FORM, ...origin }, body });
        assert.ok(answer.status < 500, `${answer.status} for ${body.slice(0, 30)}`);
        assert.ok(!/session=[^;]/.test(JSON.stringify(answer.headers["set-cookie"] ?? "")));
      }
    });
  }

  test("a body that comes in pieces without a length is cut at its limit", async () => {
    const head = `POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    const chunk = `4000\r\n${"a".repeat(0x4000)}\r\n`;
    assert.match(await wire(nightlatch, `${head}${chunk.repeat(20)}0\r\n\r\n`), /^HTTP\/1\.1 413/);
    assert.match(await wire(nightlatch, `${head}5\r\na=b&c\r\n0\r\n\r\n`), /^HTTP\/1\.1 (400|401)/);
  });

  test("requests that are broken on the wire end with a 4xx or nothing", async () => {
    for (const octets of [
      "GET / HTTP/1.1\r\n\r\n", "GET /\r\n\r\n", "\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET  /  HTTP/1.1\r\nHost: localhost\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
      "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\nConnection: close\r\n\r\n", "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello",
      "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
      "POST /token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\nConnection: close\r\n\r\n",
      "GET /%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ]) {
      const text = await Promise.race([wire(nightlatch, octets).catch(() => ""), new Promise((settle) => setTimeout(() => settle(""), 3_000))]);
      assert.ok(text === "" || /^HTTP\/1\.1 ([1-4]\d\d|501|505)/.test(text), `${JSON.stringify(octets)}: ${text.slice(0, 200)}`);
    }
  });

  test("queries of any kind have an answer", async () => {
    for (const path of Object.keys(ROUTES)) {
      for (const query of ["", "&", "%", "%zz", "a=%ff%fe", "=&=", "%00", "a=1&".repeat(150), `a=${"x".repeat(8_000)}`, "a%5B%5D=1", "challenge=%00", "challenge=..%2f..", `id_token_hint=${"a.".repeat(2_000)}`, "?", "??", "#", "to=%00", "to=%ff"]) {
        const answer = await raw(nightlatch, { path: `${path}?${query}` });
        assert.ok(answer.status < 500, `${answer.status} for ${path}?${query.slice(0, 40)}`);
      }
    }
  });

  test("over 100 parameters of an authorization request are a 400", async () => {
    const { url } = authorization(nightlatch);
    const { pathname, search } = new URL(url);
    const more = (count) => Array.from({ length: count }, (_, index) => `&x${index}=1`).join("");
    assert.equal((await raw(nightlatch, { path: `${pathname}${search}${more(93)}` })).status, 400);
    assert.equal((await raw(nightlatch, { path: `${pathname}${search}${more(92)}` })).status, 200);
  });

  test("texts beyond their length are refused, at their length they pass", async () => {
    const browser = freshBrowser(nightlatch);
    for (const [name, length] of [["state", 2_048], ["nonce", 300]]) {
      assert.equal((await browser.request(authorization(nightlatch, SPA, { [name]: "s".repeat(length) }).url)).status, 200);
      const page = await browser.request(authorization(nightlatch, SPA, { [name]: "s".repeat(length + 1) }).url);
      assert.equal(page.answer.error, "invalid_request", name);
    }
    assert.equal((await browser.request(authorization(nightlatch, SPA, { scope: `openid ${"x".repeat(400)}` }).url)).answer.error, "invalid_scope");
  });

  test("the largest request that is allowed goes all the way", async () => {
    const change = { state: "é".repeat(1_024), nonce: "\u0000".repeat(300), login_hint: "x".repeat(254), ui_locales: "de ".repeat(80).trim() };
    const { back } = await signIn(nightlatch, { client: WEB, change });
    assert.equal(back.answer.state, change.state);
  });

  test("URLs and headers beyond every measure end with a 4xx, or the connection with them", async () => {
    for (const length of [8_000, 16_000, 64_000, 200_000]) {
      for (const options of [{ path: `/${"a".repeat(length)}` }, { path: `/authorize?state=${"a".repeat(length)}` }, { path: "/", headers: { cookie: `nl_session=${"a".repeat(length)}` } }, { path: "/userinfo", headers: { authorization: `Bearer ${"a".repeat(length)}` } }, { path: "/", headers: { "accept-language": "de,".repeat(length / 3) } }]) {
        const answer = await raw(nightlatch, options).catch((error) => ({ status: /reset|hang up|EPIPE/.test(error.message) ? 400 : 599 }));
        assert.ok(answer.status < 500, `${answer.status} for ${length} in ${JSON.stringify(options).slice(0, 60)}`);
      }
    }
  });

  test("paths that only look like ours are nobody's", async () => {
    for (const path of ["/Authorize", "/authorize/", "//authorize", "/authorize;x", "/./x/../sign-in/", "/sign-in%2Fcode", "/%61uthorize", "/token.json", "/index.html", "/.git/config", "/.env", "/wrangler.toml", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/build/index.js", "/_headers", "/cdn-cgi/x", "/.well-known/security", "/admin"]) {
      const answer = await raw(nightlatch, { path });
      assert.equal(answer.status, 404, `${answer.status} for ${path}`);
    }
  });

  test("cookies of every kind are borne", async () => {
    for (const cookie of ["", ";", "=", "nl_session", "nl_session=", "nl_browser=;nl_browser=", "nl_browser=\"x\"", "nl_browser=..%2f", `nl_known=${"a.".repeat(2_000)}`, "a=b; ".repeat(500), "nl_session=a~b~c~d", "nl_browser=ü"]) {
      for (const path of ["/", "/sign-in", "/logout", "/authorize"]) {
        const answer = await raw(nightlatch, { path, headers: { cookie: Buffer.from(cookie, "utf8").toString("latin1") } });
        assert.ok(answer.status < 500, `${answer.status} for ${cookie.slice(0, 40)} at ${path}`);
      }
    }
  });

  test("other people's cookies, in whatever letters, leave ours alone", async () => {
    const { browser } = await signIn(nightlatch, { address: "cookies@example.org" });
    const ours = browser.jar.header(nightlatch.issuer);
    const home = async (cookie) => (await raw(nightlatch, { headers: { cookie } })).text;
    assert.ok((await home(ours)).includes("cookies@example.org"));
    for (const other of ["city=Köln", "名=前", "emoji=🍪", 'json={"a": [1, "b"]}', "=", "a b c", "nl_session2=x", "x=nl_session=y"]) {
      const octets = Buffer.from(other, "utf8").toString("latin1");
      for (const cookies of [`${octets}; ${ours}`, `${ours}; ${octets}`]) assert.ok((await home(cookies)).includes("cookies@example.org"), other);
    }
    assert.ok((await home(`${ours}; city=K\xf6ln`)).includes("cookies@example.org"), "octets that are no UTF-8");
  });

  test("Authorization headers of every kind are borne", async () => {
    for (const authorization of ["", "Basic", "Basic ", "Basic !!!", "Basic OnNlY3JldA==", "Basic d2ViOg==", `Basic ${Buffer.from("web:%zz").toString("base64")}`, `Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString("base64")}`, "Bearer", "Bearer ", "Bearer a b c", "Digest x", "bearer x", "DPoP x", "Basic a,Basic b", `Basic ${"A".repeat(10_000)}`]) {
      for (const path of ["/token", "/introspect", "/revoke", "/userinfo"]) {
        const answer = await raw(nightlatch, { method: "POST", path, headers: { authorization, ...FORM }, body: "grant_type=refresh_token&refresh_token=x&token=x" });
        assert.ok([400, 401].includes(answer.status), `${answer.status} for ${authorization.slice(0, 40)} at ${path}`);
      }
    }
  });

  test("no break in a header's value makes the header after it", async () => {
    const { access_token: token } = (await signedInTokens(nightlatch)).tokens;
    const userinfo = (lines) => wire(nightlatch, `GET /userinfo HTTP/1.1\r\nHost: ${new URL(nightlatch.issuer).host}\r\nConnection: close\r\n${lines}\r\n\r\n`);
    assert.match(await userinfo(`Authorization: Bearer ${token}`), /^HTTP\/1\.1 200/);
    for (const lineBreak of ["\r\n ", "\r\n\t", "\r\n \r\n ", "\n", "\n ", "\r", "\0", "\x0b", "\x0c", "\x85", "%0A", "\\n"]) {
      // Those that are read before it.
      for (const name of ["Origin", "Cookie", "Host"]) {
        const answer = await userinfo(`${name}: http://localhost:1${lineBreak}Bearer ${token}`);
        assert.doesNotMatch(answer, /^HTTP\/1\.1 2/, `${JSON.stringify(lineBreak)} in ${name}`);
      }
    }
  });
});
