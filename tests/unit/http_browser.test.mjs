/** The tests' own browser: it must refuse what a real one would, else the tests that use it prove nothing. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { CookieJar } from "../e2e/support/cookie-jar.mjs";
import { HttpBrowser } from "../e2e/support/http-browser.mjs";

const ID = "https://login.example";
const FORM = `<form method="post" action="/go"><input type="hidden" name="token" value="1&amp;2"><input name="email">
  <input type="checkbox" name="stay"><button name="how" value="code">Send</button></form><form action="/other"></form>`;

const answers = {
  "/start": { status: 303, headers: { location: "/form", "set-cookie": ["__Host-id=1; Path=/; Secure; HttpOnly; SameSite=Lax"] } },
  "/form": { status: 200, body: FORM },
  "/go": { status: 303, headers: { location: "https://client.example/back?code=c&state=s" } },
};

describe("the browser of the tests", () => {
  let server;
  let browser;
  const seen = [];

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        seen.push({ method: request.method, url: request.url, headers: request.headers, body });
        const { status = 200, headers, body: text = "ok" } = answers[request.url] ?? {};
        response.writeHead(status, headers).end(text);
      });
    });
    await new Promise((settle) => server.listen(0, "127.0.0.1", settle));
    browser = new HttpBrowser({ routes: { [ID]: `http://127.0.0.1:${server.address().port}` } });
  });
  after(() => server.close());

  test("it follows redirects, keeps cookies and sends a page's first form as its page would", async () => {
    const page = await browser.get(`${ID}/start`);
    assert.equal(page.url, `${ID}/form`);
    const end = await browser.submit(page, { email: "ann@example.org" }, { stopAt: "https://client.example/back" });
    assert.deepEqual(end.answer, { code: "c", state: "s" });
    const { body, headers } = seen.at(-1);
    assert.equal(body, "token=1%262&email=ann%40example.org");
    assert.equal(headers.host, "login.example");
    assert.equal(headers.origin, ID);
    assert.equal(headers.cookie, "__Host-id=1");
    assert.equal(headers["sec-fetch-site"], "same-origin");
  });

  test("a foreign page's post carries its origin and no Lax cookie, its link does", async () => {
    await browser.post(`${ID}/x`, {}, { from: "https://evil.example/" });
    assert.equal(seen.at(-1).headers.origin, "https://evil.example");
    assert.equal(seen.at(-1).headers["sec-fetch-site"], "cross-site");
    assert.equal(seen.at(-1).headers.cookie, undefined);
    await browser.get(`${ID}/x`, { from: "https://evil.example/" });
    assert.equal(seen.at(-1).headers.cookie, "__Host-id=1");
  });
});

describe("the cookie jar of the tests", () => {
  test("prefixes, Secure and Domain are held to", () => {
    const jar = new CookieJar();
    const refused = ["__Host-a=1; Path=/", "__Host-b=1; Path=/x; Secure", "__Host-c=1; Path=/; Secure; Domain=login.example", "d=1; Domain=other.example", "e=1; SameSite=None"];
    jar.store(`${ID}/`, refused);
    jar.store("http://login.example/", ["f=1; Secure"]);
    assert.deepEqual(jar.all(), []);
  });

  test("a cookie ends by Max-Age, and a path keeps it to itself", () => {
    const jar = new CookieJar();
    jar.store(`${ID}/a/b`, ["here=1", "gone=1; Path=/", "old=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
    jar.store(`${ID}/`, ["gone=; Path=/; Max-Age=0"]);
    assert.equal(jar.header(`${ID}/a/c`), "here=1");
    assert.equal(jar.header(`${ID}/ab`), "");
  });
});
