/** Our own forms, cookies and sessions: cross-site posts, login CSRF, session fixation, stolen and planted cookies. RFC 9700 §4.7, OWASP ASVS 7.2.4. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { askForCode, authorization, freshAddress, freshBrowser, post, redeem, signIn, SPA, startScene } from "./support/scene.mjs";

describe("posts that don't come from our own pages", { timeout: 120_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { otp_cooldown: 0, address_sends_per_hour: 500, address_sends_per_day: 500, ip_sends_per_hour: 500 } })));
  after(() => nightlatch?.stop());

  /** Each form of ours on a page that holds it, what it changes, and the field that ties it to the browser. */
  const forms = {
    "/sign-in": {
      token: "request",
      async open() {
        const [browser, address] = [freshBrowser(nightlatch), freshAddress()];
        return { browser, page: await browser.get(`${nightlatch.issuer}/sign-in`), fields: { email: address }, address };
      },
      happened: async ({ address }) => (await nightlatch.mailbox(address)).length > 0,
    },
    "/sign-in/code": {
      token: "ticket",
      async open() {
        const begun = await askForCode(nightlatch);
        return { ...begun, fields: { code: (await nightlatch.mail(begun.address)).code } };
      },
      happened: async ({ address }) => (await nightlatch.runtime.d1("SELECT 1 FROM addresses WHERE identity = ?1", [address])).length > 0,
    },
    "/sign-in/resend": {
      token: "ticket",
      open: async () => ({ ...(await askForCode(nightlatch)), fields: {} }),
      happened: async ({ address }) => (await nightlatch.mailbox(address)).length > 1,
    },
    "/sign-out": {
      token: "csrf",
      async open() {
        const { browser } = await signIn(nightlatch);
        return { browser, page: await browser.get(`${nightlatch.issuer}/`), fields: {} };
      },
      happened: async ({ browser }) => !(await browser.get(`${nightlatch.issuer}/`)).text.includes("/sign-out"),
    },
    "/logout/confirm": {
      token: "csrf",
      async open() {
        const { browser } = await signIn(nightlatch);
        return { browser, page: await browser.get(`${nightlatch.issuer}/logout`), fields: {} };
      },
      happened: async ({ browser }) => !(await browser.get(`${nightlatch.issuer}/`)).text.includes("/sign-out"),
    },
  };

  for (const [path, { token, open, happened }] of Object.entries(forms)) {
    const send = (opened, fields, headers) => opened.browser.submit(opened.page, { ...opened.fields, ...fields }, { path, headers, stopAt: "" });

    test(`${path}: without an Origin, with null, with a stranger's or one that looks like ours, nothing happens`, async () => {
      const opened = await open();
      const { origin, host, port } = new URL(nightlatch.issuer);
      const origins = [
        null, "null", "", "https://evil.example", `${origin}.evil.example`, `https://${host}`, "http://localhost", `http://localhost:${Number(port) + 1}`, `http://127.0.0.1:${port}`,
        `${origin}/`, origin.toUpperCase(), `${origin} https://evil.example`, `${origin},${origin}`, ` ${origin}x`, `http://user@${host}`,
      ];
      for (const given of origins) {
        const page = await send(opened, {}, { origin: given });
        assert.equal(page.status, 403, String(given));
        assert.equal(page.setCookies.filter((cookie) => cookie.startsWith("nl_session")).length, 0);
      }
      assert.equal(await happened(opened), false);
    });

    test(`${path}: a page on another site that posts it sends no cookies, and nothing happens`, async () => {
      const opened = await open();
      const { action, fields } = opened.page.form(path);
      for (const from of ["https://evil.example/", "http://evil.localhost/"]) {
        const page = await opened.browser.post(action, { ...fields, ...opened.fields }, { from, stopAt: "" });
        assert.equal(page.status, 403);
      }
      assert.equal(await happened(opened), false);
    });

    test(`${path}: a token that is missing, changed, another browser's or another form's is refused`, async () => {
      const [opened, other] = [await open(), await open()];
      const own = opened.page.form(path).fields[token];
      const foreign = other.page.form(path).fields[token];
      const elsewhere = (await (await forms["/sign-out"].open()).page).form("/sign-out").fields.csrf;
      for (const value of [null, "", "x", foreign, elsewhere, `${own}x`, own.slice(0, -1), own.toUpperCase(), `${own.slice(0, 10)}${own[10] === "A" ? "B" : "A"}${own.slice(11)}`, "🦀", "\u0000"]) {
        const page = await send(opened, { [token]: value });
        assert.ok([400, 403].includes(page.status), `${page.status} for ${value}`);
        assert.equal(page.headers.location, undefined);
      }
      assert.equal(await happened(opened), false);
    });

    test(`${path}: the right token without the browser's cookie is refused`, async () => {
      const opened = await open();
      const page = await send({ ...opened, browser: freshBrowser(nightlatch) }, {});
      assert.ok([400, 403].includes(page.status), String(page.status));
      assert.equal(await happened(opened), false);
    });

    test(`${path}: a body that isn't a form is refused`, async () => {
      const opened = await open();
      const { action, fields } = opened.page.form(path);
      const all = { ...fields, ...opened.fields };
      for (const [type, body] of [["text/plain", new URLSearchParams(all)], ["application/json", JSON.stringify(all)], ["multipart/form-data; boundary=x", "--x--"], ["", new URLSearchParams(all)]]) {
        const page = await opened.browser.request(action, { method: "POST", body: body.toString(), headers: { "content-type": type } });
        assert.equal(page.status, 403, type);
      }
      assert.equal(await happened(opened), false);
    });

    test(`${path}: a GET does nothing`, async () => {
      const opened = await open();
      const { action, fields } = opened.page.form(path);
      const page = await opened.browser.request(`${action}?${new URLSearchParams({ ...fields, ...opened.fields })}`);
      assert.ok([200, 400, 405].includes(page.status));
      assert.equal(page.setCookies.filter((cookie) => cookie.startsWith("nl_session")).length, 0);
      assert.equal(await happened(opened), false);
    });
  }
});

describe("sessions and cookies", { timeout: 120_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { otp_cooldown: 0 } })));
  after(() => nightlatch?.stop());

  const cookie = (browser, name) => browser.jar.get(nightlatch.issuer, name)?.value;
  const sessions = async () => (await nightlatch.runtime.d1("SELECT id FROM sessions")).map(({ id }) => id);
  const whoIsIn = async (browser) => (await browser.get(`${nightlatch.issuer}/`)).html.text("main");

  test("login CSRF: the attacker's forms in the victim's browser sign nobody in", async () => {
    const attacker = await askForCode(nightlatch, { url: authorization(nightlatch).url });
    const { code } = await nightlatch.mail(attacker.address);
    const first = await attacker.browser.get(authorization(nightlatch).url);
    const victim = freshBrowser(nightlatch);
    await victim.get(`${nightlatch.issuer}/sign-in`);
    const mine = { request: first.form("/sign-in").fields.request, ticket: attacker.page.form("/sign-in/code").fields.ticket };
    for (const from of [undefined, "https://evil.example/", nightlatch.issuer]) {
      for (const [path, fields] of [["/sign-in", { request: mine.request, email: attacker.address }], ["/sign-in/code", { ticket: mine.ticket, code }], ["/sign-in/resend", { ticket: mine.ticket }]]) {
        const page = await victim.post(`${nightlatch.issuer}${path}`, fields, { from, stopAt: "" });
        assert.ok([400, 403].includes(page.status), `${page.status} ${path} from ${from}`);
      }
    }
    assert.equal(cookie(victim, "nl_session"), undefined);
  });

  test("a session begins under a new id, and the one before it is gone", async () => {
    const first = await signIn(nightlatch);
    const planted = cookie(first.browser, "nl_session");
    const other = freshAddress("bob");
    const second = await signIn(nightlatch, { browser: first.browser, address: other, change: { prompt: "login" } });
    const [oldId, newId] = [planted, cookie(second.browser, "nl_session")].map((value) => value.split("~")[0]);
    assert.notEqual(oldId, newId);
    assert.ok(!(await sessions()).includes(oldId) && (await sessions()).includes(newId));
    assert.match(await whoIsIn(second.browser), new RegExp(other));
    const thief = freshBrowser(nightlatch);
    thief.jar.set(nightlatch.issuer, "nl_session", planted);
    assert.doesNotMatch(await whoIsIn(thief), /@example\.org/);
  });

  test("a planted session cookie doesn't become the victim's session", async () => {
    const attacker = await signIn(nightlatch, { address: freshAddress("mallory") });
    const planted = cookie(attacker.browser, "nl_session");
    const victim = freshBrowser(nightlatch);
    victim.jar.set(nightlatch.issuer, "nl_session", planted);
    const address = freshAddress("victim");
    await signIn(nightlatch, { browser: victim, address, change: { prompt: "login" } });
    assert.notEqual(cookie(victim, "nl_session").split("~")[0], planted.split("~")[0]);
    assert.doesNotMatch(await whoIsIn(attacker.browser), new RegExp(address));
  });

  test("a planted browser cookie gives the planter nothing of the sign-in", async () => {
    const attacker = freshBrowser(nightlatch);
    await attacker.get(`${nightlatch.issuer}/sign-in`);
    const victim = freshBrowser(nightlatch);
    victim.jar.set(nightlatch.issuer, "nl_browser", cookie(attacker, "nl_browser"));
    const signedIn = await signIn(nightlatch, { browser: victim });
    assert.doesNotMatch(await whoIsIn(attacker), /@example\.org/);
    const replay = await attacker.submit(signedIn.page, { code: signedIn.typed }, { path: "/sign-in/code", stopAt: "" });
    assert.equal(replay.status, 400);
  });

  test("session cookies that are made up, changed, of another use or doubled prove nothing", async () => {
    const { browser, tokens } = await signIn(nightlatch).then(async (signedIn) => ({ ...signedIn, tokens: (await redeem(nightlatch, signedIn)).json }));
    const [id, seen, tag] = cookie(browser, "nl_session").split("~");
    const later = (parseInt(seen, 16) + 1000).toString(16).padStart(8, "0");
    const values = [
      id, `${id}~${seen}`, `${id}~${later}~${tag}`, `ffffffff${id.slice(8)}~${seen}~${tag}`, `${id}~${seen}~${tag.slice(0, -1)}`, `${id}~${seen}~${tag}x`,
      tokens.refresh_token, tokens.access_token, cookie(browser, "nl_known"), cookie(browser, "nl_browser"), "", "~~", "' OR 1=1 --", "x".repeat(4_000),
    ];
    for (const value of values) {
      const thief = freshBrowser(nightlatch);
      thief.jar.set(nightlatch.issuer, "nl_session", value);
      assert.doesNotMatch(await whoIsIn(thief), /@example\.org/, value);
    }
    const doubled = `nl_session=${cookie(browser, "nl_session")}; nl_session=${values[0]}`;
    const page = await freshBrowser(nightlatch).request(`${nightlatch.issuer}/`, { headers: { cookie: doubled } });
    assert.doesNotMatch(page.text, /@example\.org/, "of two cookies one is somebody else's");
  });

  test("after signing out the session's cookie proves nothing any more", async () => {
    const { browser } = await signIn(nightlatch);
    const kept = cookie(browser, "nl_session");
    await browser.submit(await browser.get(`${nightlatch.issuer}/`), {}, { path: "/sign-out" });
    assert.equal(cookie(browser, "nl_session"), undefined);
    const thief = freshBrowser(nightlatch);
    thief.jar.set(nightlatch.issuer, "nl_session", kept);
    assert.doesNotMatch(await whoIsIn(thief), /@example\.org/);
    const silent = await thief.request(authorization(nightlatch, SPA, { prompt: "none" }).url);
    assert.equal(silent.answer.error, "login_required");
  });

  test("disabling a person ends the session at once", async () => {
    const { browser, address } = await signIn(nightlatch);
    await nightlatch.operate("users.disable", { user: address });
    assert.doesNotMatch(await whoIsIn(browser), /@example\.org/);
    assert.equal((await browser.request(authorization(nightlatch, SPA, { prompt: "none" }).url)).answer.error, "login_required");
  });

  test("every cookie is HttpOnly, Lax, for the whole host and no other", async () => {
    const { back, page } = await signIn(nightlatch);
    const lines = [...back.setCookies, ...page.setCookies];
    assert.ok(back.setCookies.length >= 3);
    for (const line of lines) {
      assert.match(line, /^nl_[a-z]+=[^;]*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
      assert.ok(line.length < 4_096);
    }
  });

  test("a session cookie is no way into the token endpoint", async () => {
    const { browser } = await signIn(nightlatch);
    const answer = await post(nightlatch, "/token", SPA, { grant_type: "refresh_token", refresh_token: cookie(browser, "nl_session") });
    assert.equal(answer.json.error, "invalid_grant");
  });
});

describe("cookies at an https issuer", { timeout: 60_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ issuer: "https://login.example.test" })));
  after(() => nightlatch?.stop());

  test("are __Host- cookies and Secure, and those without the prefix aren't read", async () => {
    const { back, browser, address } = await signIn(nightlatch);
    assert.ok(back.setCookies.length >= 3);
    for (const line of back.setCookies) assert.match(line, /^__Host-nl_[a-z]+=[^;]*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
    const home = `${nightlatch.issuer}/`;
    assert.match((await browser.get(home)).text, new RegExp(address));
    const bare = browser.jar.header(home).replaceAll("__Host-", "");
    assert.doesNotMatch((await freshBrowser(nightlatch).request(home, { headers: { cookie: bare } })).text, new RegExp(address));
  });

  test("the Host header changes neither links nor the origin that is asked for", async () => {
    const browser = freshBrowser(nightlatch);
    const { json } = await fetch(`${nightlatch.url}/.well-known/openid-configuration`, { headers: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" } })
      .then(async (response) => ({ json: await response.json() }));
    assert.ok(Object.values(json).filter((value) => typeof value === "string" && value.includes("//")).every((value) => value.startsWith(nightlatch.issuer)));
    const first = await browser.get(`${nightlatch.issuer}/sign-in`);
    const page = await browser.submit(first, { email: freshAddress() }, { path: "/sign-in", headers: { host: "evil.example", origin: "https://evil.example" }, stopAt: "" });
    assert.equal(page.status, 403);
    const right = await browser.submit(first, { email: freshAddress() }, { path: "/sign-in", headers: { host: "evil.example" }, stopAt: "" });
    assert.ok(right.location.startsWith(`${nightlatch.issuer}/`));
  });
});
