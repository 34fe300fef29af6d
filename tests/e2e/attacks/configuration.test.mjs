/** A deployed Worker with a bad configuration answers 503 with one line that says what is wrong and how to mend it. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { TEST_SECRET } from "../../../scripts/lib/test-state.mjs";
import { createRuntime } from "../../../scripts/runtime.mjs";

const RIGHT = { NIGHTLATCH_ISSUER: "https://login.example.org", NIGHTLATCH_SECRET: TEST_SECRET, NIGHTLATCH_MAIL: "resend", NIGHTLATCH_RESEND_API_KEY: "re_0123456789", NIGHTLATCH_MAIL_FROM: "login@example.org" };

/** Mail by the webhook, to there. */
const webhookTo = (url) => [{ NIGHTLATCH_MAIL: "webhook", NIGHTLATCH_WEBHOOK_URL: url, NIGHTLATCH_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}` }, "NIGHTLATCH_WEBHOOK_URL"];
const LOCAL = { NIGHTLATCH_ISSUER: "http://localhost:8787" };

/** What is changed, and the word that the line must have. `undefined` takes a variable away. */
const WRONG = {
  "no secret": [{ NIGHTLATCH_SECRET: undefined }, "NIGHTLATCH_SECRET"],
  "a short secret": [{ NIGHTLATCH_SECRET: "c2hvcnQ" }, "NIGHTLATCH_SECRET"],
  "a secret of 31 bytes": [{ NIGHTLATCH_SECRET: Buffer.alloc(31, 7).toString("base64url") }, "NIGHTLATCH_SECRET"],
  "a secret that isn't base64url": [{ NIGHTLATCH_SECRET: "!".repeat(64) }, "NIGHTLATCH_SECRET"],
  "no issuer": [{ NIGHTLATCH_ISSUER: undefined }, "NIGHTLATCH_ISSUER"],
  "an issuer with a path": [{ NIGHTLATCH_ISSUER: "https://login.example.org/auth" }, "NIGHTLATCH_ISSUER"],
  "a public issuer over http": [{ NIGHTLATCH_ISSUER: "http://login.example.org" }, "NIGHTLATCH_ISSUER"],
  "an issuer that isn't a URL": [{ NIGHTLATCH_ISSUER: "login.example.org" }, "NIGHTLATCH_ISSUER"],
  "no mail adapter": [{ NIGHTLATCH_MAIL: undefined }, "NIGHTLATCH_MAIL"],
  "an unknown mail adapter": [{ NIGHTLATCH_MAIL: "pigeon" }, "NIGHTLATCH_MAIL"],
  "the mailbox with a public issuer": [{ NIGHTLATCH_MAIL: "mailbox" }, "mailbox"],
  "the mailbox behind another adapter": [{ NIGHTLATCH_MAIL: "resend,mailbox" }, "mailbox"],
  "an adapter without its key": [{ NIGHTLATCH_RESEND_API_KEY: undefined }, "NIGHTLATCH_RESEND_API_KEY"],
  "an unknown setting": [{ NIGHTLATCH_OTP_DIGIT: "8" }, "NIGHTLATCH_OTP_DIGIT"],
  "a setting in small letters": [{ NIGHTLATCH_otp_digits: "8" }, "NIGHTLATCH_otp_digits"],
  "a number out of range": [{ NIGHTLATCH_OTP_DIGITS: "5" }, "NIGHTLATCH_OTP_DIGITS"],
  "a mode without its domains": [{ NIGHTLATCH_MODE: "allowed_domains" }, "NIGHTLATCH_ALLOWED_DOMAINS"],
  "a stand-in for a provider with a public issuer": [{ NIGHTLATCH_RESEND_URL: "http://127.0.0.1:9" }, "NIGHTLATCH_RESEND_URL"],
  "a stand-in for another provider": [{ NIGHTLATCH_POSTMARK_URL: "https://api.postmarkapp.com" }, "NIGHTLATCH_POSTMARK_URL"],
  "a stand-in for Turnstile": [{ NIGHTLATCH_TURNSTILE_URL: "https://example.org/verify" }, "NIGHTLATCH_TURNSTILE_URL"],
  "a webhook over http": webhookTo("http://hooks.example.org/"),
  "a webhook on this machine, by name": webhookTo("https://localhost/hook"),
  "a webhook on this machine, over http": webhookTo("http://127.0.0.1:9100/"),
  "a webhook on this machine, in IPv6": webhookTo("https://[::1]/hook"),
  "a webhook at an address of a private network": webhookTo("https://10.0.0.1/hook"),
  "a webhook at the cloud's metadata": webhookTo("https://169.254.169.254/latest"),
  "a webhook at a public IP address": webhookTo("https://203.0.113.1/hook"),
  "a webhook at an IP address in disguise": webhookTo("https://0x0a.1/hook"),
  "a webhook at an IPv6 address": webhookTo("https://[2001:db8::1]/hook"),
  "a webhook with a local name": webhookTo("https://hooks.internal/"),
  "a webhook with a name of one word": webhookTo("https://intranet/hook"),
  "a webhook with a dot at its name's end": webhookTo("https://hooks.local./"),
  "a webhook with a password": webhookTo("https://me:hush@hooks.example.org/"),
  "another machine's webhook beside a local issuer": [{ ...LOCAL, ...webhookTo("https://192.168.0.1/")[0] }, "NIGHTLATCH_WEBHOOK_URL"],
  "another machine's stand-in beside a local issuer": [{ ...LOCAL, NIGHTLATCH_RESEND_URL: "https://192.168.0.1" }, "NIGHTLATCH_RESEND_URL"],
  "another machine's Turnstile beside a local issuer": [
    { ...LOCAL, NIGHTLATCH_TURNSTILE_SITE_KEY: "0x4A", NIGHTLATCH_TURNSTILE_SECRET: "0x4AAAAAAA", NIGHTLATCH_TURNSTILE_URL: "https://192.168.0.1" }, "NIGHTLATCH_TURNSTILE_URL",
  ],
};

describe("a Worker with a bad configuration", { timeout: 180_000, concurrency: false }, () => {
  let runtime;
  before(async () => (runtime = await createRuntime({ vars: RIGHT })));
  after(() => runtime?.dispose());

  test("the configuration that the others are changed from is right", async () => {
    assert.equal((await fetch(`${runtime.url}/.well-known/openid-configuration`)).status, 200);
  });

  for (const [name, [change, word]] of Object.entries(WRONG)) {
    test(`${name}: 503 with one line`, async () => {
      const vars = Object.fromEntries(Object.entries({ ...RIGHT, ...change }).filter(([, value]) => value !== undefined));
      await runtime.reload({ vars });
      for (const path of ["/", "/.well-known/openid-configuration", "/dev/mailbox", "/health"]) {
        const response = await fetch(`${runtime.url}${path}`, { redirect: "manual" });
        const text = await response.text();
        assert.equal(response.status, 503, path);
        assert.equal(response.headers.get("cache-control"), "no-store");
        assert.match(text, /^[^\n]{20,400}\n$/, "one line");
        assert.ok(text.includes(word), text);
        assert.ok(!text.includes(TEST_SECRET) && !text.includes(RIGHT.NIGHTLATCH_RESEND_API_KEY), "no secret is told");
      }
    });
  }
});
