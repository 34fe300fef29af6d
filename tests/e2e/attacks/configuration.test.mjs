/** Bad configuration: `npm start` ends with one line, the deployed Worker answers 503 with one; each says what is wrong and how to mend it. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inProject } from "../../../scripts/lib/project.mjs";
import { TEST_SECRET } from "../../../scripts/lib/test-state.mjs";
import { createRuntime, freePort } from "../../../scripts/runtime.mjs";

const RIGHT = { NIGHTLATCH_ISSUER: "https://login.example.org", NIGHTLATCH_SECRET: TEST_SECRET, NIGHTLATCH_MAIL: "resend", NIGHTLATCH_RESEND_API_KEY: "re_0123456789", NIGHTLATCH_MAIL_FROM: "login@example.org" };

/** What is changed, and the word that the line must have. `undefined` takes a variable away. */
const WRONG = {
  "no secret": [{ NIGHTLATCH_SECRET: undefined }, "NIGHTLATCH_SECRET"],
  "an empty secret": [{ NIGHTLATCH_SECRET: "" }, "NIGHTLATCH_SECRET"],
  "a short secret": [{ NIGHTLATCH_SECRET: "c2hvcnQ" }, "NIGHTLATCH_SECRET"],
  "a secret of 31 bytes": [{ NIGHTLATCH_SECRET: Buffer.alloc(31, 7).toString("base64url") }, "NIGHTLATCH_SECRET"],
  "a secret that isn't base64url": [{ NIGHTLATCH_SECRET: "!".repeat(64) }, "NIGHTLATCH_SECRET"],
  "no issuer": [{ NIGHTLATCH_ISSUER: undefined }, "NIGHTLATCH_ISSUER"],
  "an issuer with a path": [{ NIGHTLATCH_ISSUER: "https://login.example.org/auth" }, "NIGHTLATCH_ISSUER"],
  "an issuer with a query": [{ NIGHTLATCH_ISSUER: "https://login.example.org/?x" }, "NIGHTLATCH_ISSUER"],
  "a public issuer over http": [{ NIGHTLATCH_ISSUER: "http://login.example.org" }, "NIGHTLATCH_ISSUER"],
  "an issuer that isn't a URL": [{ NIGHTLATCH_ISSUER: "login.example.org" }, "NIGHTLATCH_ISSUER"],
  "a user name in the issuer": [{ NIGHTLATCH_ISSUER: "https://me@login.example.org" }, "NIGHTLATCH_ISSUER"],
  "no mail adapter": [{ NIGHTLATCH_MAIL: undefined }, "NIGHTLATCH_MAIL"],
  "an unknown mail adapter": [{ NIGHTLATCH_MAIL: "pigeon" }, "NIGHTLATCH_MAIL"],
  "the mailbox with a public issuer": [{ NIGHTLATCH_MAIL: "mailbox" }, "mailbox"],
  "the mailbox behind another adapter": [{ NIGHTLATCH_MAIL: "resend,mailbox" }, "mailbox"],
  "an adapter without its key": [{ NIGHTLATCH_RESEND_API_KEY: undefined }, "NIGHTLATCH_RESEND_API_KEY"],
  "an unknown setting": [{ NIGHTLATCH_OTP_DIGIT: "8" }, "NIGHTLATCH_OTP_DIGIT"],
  "a setting in small letters": [{ NIGHTLATCH_otp_digits: "8" }, "NIGHTLATCH_otp_digits"],
  "a number out of range": [{ NIGHTLATCH_OTP_DIGITS: "5" }, "NIGHTLATCH_OTP_DIGITS"],
  "a number that isn't one": [{ NIGHTLATCH_CODE_LIFETIME: "a minute" }, "NIGHTLATCH_CODE_LIFETIME"],
  "an unknown mode": [{ NIGHTLATCH_MODE: "closed" }, "NIGHTLATCH_MODE"],
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

describe("npm start with a bad configuration", { timeout: 180_000 }, () => {
  let folder, port, demoPort;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "nightlatch-config-"));
    [port, demoPort] = [await freePort(), await freePort()];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  /** Starts, and expects it to end by itself; gives what it said. */
  const start = (environment) =>
    new Promise((settle, refuse) => {
      const env = { ...process.env, PORT: String(port), DEMO_PORT: String(demoPort), STATE_DIR: join(folder, `state-${Math.random()}`), ...environment };
      const child = spawn(process.execPath, [inProject("scripts/start.mjs")], { env, stdio: ["ignore", "pipe", "pipe"] });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      const late = setTimeout(() => (child.kill("SIGKILL"), refuse(new Error(`it didn't end:\n${text}`))), 30_000);
      child.once("close", (code) => (clearTimeout(late), settle({ code, text })));
    });

  const cases = {
    "an issuer with a path": [() => ({ ISSUER: "https://login.example.org/auth" }), /NIGHTLATCH_ISSUER/],
    "a public issuer over http": [() => ({ ISSUER: "http://login.example.org" }), /NIGHTLATCH_ISSUER/],
    "a public issuer without mail": [() => ({ ISSUER: "https://login.example.org" }), /NIGHTLATCH_MAIL/],
    "the mailbox with a public issuer": [() => ({ ISSUER: "https://login.example.org", SETTINGS: file("mailbox.json", { mail: "mailbox" }) }), /mailbox/],
    "a short secret": [() => ({ SETTINGS: file("short.json", { secret: "c2hvcnQ" }) }), /NIGHTLATCH_SECRET/],
    "an unknown setting": [() => ({ SETTINGS: file("unknown.json", { otp_digit: 8 }) }), /NIGHTLATCH_OTP_DIGIT/],
    "a setting out of range": [() => ({ SETTINGS: file("range.json", { otp_digits: 99 }) }), /NIGHTLATCH_OTP_DIGITS/],
    "a settings file that isn't JSON": [() => ({ SETTINGS: file("broken.json", "{") }), /SETTINGS/],
    "a settings file that isn't there": [() => ({ SETTINGS: join(folder, "nowhere.json") }), /nowhere\.json/],
    "a clients file that isn't JSON": [() => ({ DEV_CLIENTS: file("clients-broken.json", "[{") }), /clients/],
    "a clients file that isn't an array": [() => ({ DEV_CLIENTS: file("clients-object.json", {}) }), /array/],
    "a clients file that isn't there": [() => ({ DEV_CLIENTS: join(folder, "no-clients.json") }), /no-clients\.json/],
    "a client without a redirect URI": [() => ({ DEV_CLIENTS: file("clients-uri.json", [{ client_id: "a" }]) }), /redirect_uris/],
    "a client with a dangerous redirect URI": [() => ({ DEV_CLIENTS: file("clients-js.json", [{ client_id: "a", token_endpoint_auth_method: "none", redirect_uris: ["javascript:alert(1)"] }]) }), /redirect_uris/],
    "a client with a wrong authentication method": [() => ({ DEV_CLIENTS: file("clients-auth.json", [{ client_id: "a", token_endpoint_auth_method: "magic", redirect_uris: ["https://a.example/"] }]) }), /token_endpoint_auth_method/],
    "a public client that wants no PKCE": [() => ({ DEV_CLIENTS: file("clients-pkce.json", [{ client_id: "a", token_endpoint_auth_method: "none", require_pkce: false, redirect_uris: ["https://a.example/"] }]) }), /require_pkce/],
    "a port that isn't one": [() => ({ PORT: "many" }), /PORT/],
  };
  for (const [name, [environment, expected]] of Object.entries(cases)) {
    test(`${name} ends it with one line`, async () => {
      const { code, text } = await start(environment());
      assert.notEqual(code, 0);
      const lines = text.trim().split("\n");
      assert.match(lines.at(-1), expected, text);
      assert.ok(lines.at(-1).length < 500);
      assert.doesNotMatch(text, /\n\s+at |node:internal|panicked|stack backtrace/, "no stack");
      // What is set up on the way may be said before; of the mistake there is one line.
      assert.equal(lines.filter((line) => expected.test(line)).length, 1, text);
    });
  }
});
