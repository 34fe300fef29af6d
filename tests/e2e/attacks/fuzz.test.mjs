/**
 * 2,000 random requests over every endpoint: parameters, headers and bodies made up, mixed and changed. No answer is a 5xx, none takes
 * long, and afterwards a person signs in. The seed is printed; FUZZ_SEED repeats a run, FUZZ_REQUESTS makes it longer.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { askForCode, authorization, raw, signedInTokens, SPA, startScene, WEB } from "./support/scene.mjs";

const SEED = Number(process.env.FUZZ_SEED ?? randomBytes(4).readUInt32LE());
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 2_000);
const TOGETHER = 10;
const LONGEST_MS = 15_000;

/** mulberry32: small, seeded, good enough to make nonsense. */
function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  const pick = (list) => list[below(list.length)];
  return { next, below, pick, chance: (share) => next() < share };
}

const PATHS = [
  "/", "/authorize", "/sign-in", "/sign-in/code", "/sign-in/resend", "/sign-out", "/signed-out", "/logout", "/logout/confirm", "/token", "/userinfo", "/introspect", "/revoke", "/jwks",
  "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/health", "/dev/mailbox", "/dev/mailbox.json", "/nightlatch.js", "/nowhere", "/%00", "/a/../token",
];
const NAMES = [
  "client_id", "client_secret", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "login_hint", "id_token_hint", "ui_locales",
  "display", "acr_values", "claims", "request", "request_uri", "registration", "resource", "audience", "grant_type", "code", "code_verifier", "refresh_token", "token", "token_type_hint", "access_token",
  "post_logout_redirect_uri", "email", "ticket", "csrf", "challenge", "sent", "to", "cf-turnstile-response", "__proto__", "x", "",
];
const NONSENSE = [
  "", " ", "\u0000", "\r\n", "%", "%00", "'", "\"", "<script>", "../..", "-1", "0", "1e309", "NaN", "99999999999999999999", "-99999999999", "2147483648", "4294967296", "null", "undefined", "true", "[]", "{}", "[object Object]",
  "é", "🦀", "\ud83e\udd80".repeat(50), "\ufffd", "\u202e", "a".repeat(45), "a".repeat(300), "x".repeat(3_000), "~", "~~", "~~~~", "a~b~c", ".", "..", "a.b.c", "e30.e30.e30", "none", "login", "login none", "openid", "openid email",
  "code", "code token", "query", "fragment", "form_post", "S256", "plain", "authorization_code", "refresh_token", "password", "client_credentials", "spa", "web", "rival", "nobody", "https://spa.example/", "https://evil.example/", "javascript:alert(1)",
  "ann@example.org", "ann@bücher.example", "ANN@EXAMPLE.ORG", "@", "a@b", "de", "ar", "en-GB;q=0.1", "*", "zz", "0000000", "ffffffff", "00000000AAAAAAAAAAAAAAAAAAAAAA",
];
const HEADERS = ["accept", "accept-language", "authorization", "content-type", "cookie", "origin", "referer", "user-agent", "cf-connecting-ip", "cf-ray", "dpop", "sec-fetch-site", "sec-fetch-mode", "access-control-request-method", "access-control-request-headers", "x-forwarded-for", "if-none-match", "range", "content-encoding", "accept-encoding"];
const POSTED = ["/authorize", "/sign-in", "/sign-in/code", "/sign-in/resend", "/sign-out", "/logout", "/logout/confirm", "/token", "/token", "/token", "/userinfo", "/introspect", "/revoke"];
const VERBS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"];

describe("fuzz", { timeout: 300_000 }, () => {
  let nightlatch, real;
  before(async () => {
    nightlatch = await startScene({ settings: { otp_cooldown: 0 } });
    const { tokens, code, browser, page, verifier } = await signedInTokens(nightlatch, { client: WEB });
    const begun = await askForCode(nightlatch);
    const query = Object.fromEntries(new URL(authorization(nightlatch, SPA).url).searchParams);
    const home = await browser.get(`${nightlatch.issuer}/`);
    real = {
      values: [
        tokens.access_token, tokens.id_token, tokens.refresh_token, code, verifier, begun.page.form("/sign-in/code").fields.ticket, page.form("/sign-in/code").fields.ticket, home.form("/sign-out").fields.csrf,
        new URL(begun.page.url).searchParams.get("challenge"), ...Object.values(query), WEB.client_secret, begun.address,
      ],
      cookies: [browser.jar.header(home.url), begun.browser.jar.header(home.url)],
      query,
      basic: `Basic ${Buffer.from(`web:${WEB.client_secret}`).toString("base64")}`,
      bearer: `Bearer ${tokens.access_token}`,
    };
  });
  after(() => nightlatch?.stop());

  const latin = (text) => Buffer.from(text.replace(/[\r\n\0]/g, ""), "utf8").toString("latin1");

  function changed(random, value) {
    if (!value) return value;
    const place = random.below(value.length);
    switch (random.below(5)) {
      case 0: return value.slice(0, place);
      case 1: return value + random.pick(NONSENSE);
      case 2: return `${value.slice(0, place)}${random.pick(["A", "~", ".", "%", "\u0000", "=", "é"])}${value.slice(place + 1)}`;
      case 3: return value.toUpperCase();
      default: return value + value;
    }
  }

  function value(random) {
    if (random.chance(0.4)) return random.pick(real.values);
    if (random.chance(0.4)) return changed(random, random.pick(real.values));
    return random.pick(NONSENSE);
  }

  function parameters(random) {
    const pairs = random.chance(0.4) ? Object.entries(real.query).filter(() => random.chance(0.9)) : [];
    for (let count = random.below(8); count > 0; count -= 1) pairs.push([random.pick(NAMES), value(random)]);
    if (random.chance(0.02)) for (let count = 0; count < 120; count += 1) pairs.push(["x", "1"]);
    const text = new URLSearchParams(pairs.map(([name, text]) => [name, text.toWellFormed()])).toString();
    return random.chance(0.1) ? changed(random, text) : text;
  }

  function headers(random) {
    const made = {};
    if (random.chance(0.5)) made.cookie = random.pick(real.cookies);
    if (random.chance(0.5)) made.origin = nightlatch.issuer;
    if (random.chance(0.2)) made.authorization = random.pick([real.basic, real.bearer]);
    for (let count = random.below(4); count > 0; count -= 1) made[random.pick(HEADERS)] = latin(value(random)).trim().slice(0, 4_000);
    // Not nonsense: what is no host name is refused before the Worker sees it.
    if (random.chance(0.1)) made.host = random.pick(["localhost", "evil.example", "127.0.0.1:1", "[::1]", "login.example.org:443"]);
    // A sender of many addresses: no budget ends the fuzzing.
    made["cf-connecting-ip"] ??= `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`;
    return made;
  }

  function made(random) {
    const [method, path] = random.pick([["POST", random.pick(POSTED)], ["POST", random.pick(POSTED)], ["GET", random.pick(PATHS)], [random.pick(VERBS), random.pick(PATHS)]]);
    const query = random.chance(0.6) ? `?${parameters(random).replace(/[^\x21-\x7e]/g, "")}` : "";
    const request = { method, path: `${path}${query}`, headers: headers(random) };
    if (!["GET", "HEAD", "TRACE"].includes(method) && random.chance(0.95)) {
      request.body = random.chance(0.9) ? parameters(random) : Buffer.from(Array.from({ length: random.below(300) }, () => random.below(256)));
      if (random.chance(0.9)) request.headers["content-type"] = "application/x-www-form-urlencoded";
    }
    return request;
  }

  test(`${REQUESTS} random requests are all answered, none with a 5xx (FUZZ_SEED=${SEED})`, async () => {
    const random = dice(SEED);
    const seen = {};
    for (let done = 0; done < REQUESTS; done += TOGETHER) {
      const requests = Array.from({ length: TOGETHER }, () => made(random));
      const begun = Date.now();
      const answers = await Promise.all(requests.map((request) => raw(nightlatch, request).catch((error) => ({ status: 0, text: error.message, headers: {} }))));
      assert.ok(Date.now() - begun < LONGEST_MS, `it took ${Date.now() - begun} ms: ${JSON.stringify(requests)}`);
      for (const [index, { status, text, headers: given }] of answers.entries()) {
        seen[status] = (seen[status] ?? 0) + 1;
        assert.ok(status >= 200 && status < 500, `FUZZ_SEED=${SEED}: ${status} ${text.slice(0, 300)}\n${JSON.stringify(requests[index])}`);
        assert.ok(!/[\r\n]/.test(given.location ?? ""));
        if (given.location) assert.match(given.location, new RegExp(`^(${nightlatch.issuer}/|https://(spa|shop|rival)\\.example/)`), "no open redirect");
      }
    }
    assert.ok(Object.keys(seen).length >= 5, JSON.stringify(seen));
    assert.deepEqual(nightlatch.events("fault"), []);
    assert.ok(!nightlatch.log.some(({ message }) => /panicked|unreachable|RuntimeError/.test(message)), "nothing panicked");
    console.log(`FUZZ_SEED=${SEED}`, JSON.stringify(seen));
  });

  test("afterwards a person signs in as ever", async () => {
    await signedInTokens(nightlatch);
  });
});
