/** A deployed Worker with a bad configuration answers 503 with one line that says what is wrong and how to mend it. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { TEST_SECRET } from "../../../scripts/lib/test-state.mjs";
import { createRuntime } from "../../../scripts/runtime.mjs";

const RIGHT = { NIGHTLATCH_ISSUER: "https://login.example.org", NIGHTLATCH_SECRET: TEST_SECRET, NIGHTLATCH_MAIL: "resend", NIGHTLATCH_RESEND_API_KEY: "re_0123456789", NIGHTLATCH_MAIL_FROM: "login@example.org" };

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
