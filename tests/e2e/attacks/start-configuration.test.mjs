/** `npm start` with a bad configuration ends with one line that says what is wrong and how to mend it. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inProject } from "../../../scripts/lib/project.mjs";
import { freePort } from "../../../scripts/runtime.mjs";

describe("npm start with a bad configuration", { timeout: 180_000, concurrency: 2 }, () => {
  let folder;
  before(() => (folder = mkdtempSync(join(tmpdir(), "nightlatch-config-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  /** Starts, and expects it to end by itself; gives what it said. */
  const start = async (environment) => {
    const ports = { PORT: String(await freePort()), DEMO_PORT: String(await freePort()) };
    const env = { ...process.env, ...ports, STATE_DIR: mkdtempSync(join(folder, "state-")), ...environment };
    return new Promise((settle, refuse) => {
      const child = spawn(process.execPath, [inProject("scripts/start.mjs")], { env, stdio: ["ignore", "pipe", "pipe"] });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      const late = setTimeout(() => (child.kill("SIGKILL"), refuse(new Error(`it didn't end:\n${text}`))), 30_000);
      child.once("close", (code) => (clearTimeout(late), settle({ code, text })));
    });
  };

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
    "a public client that wants no PKCE": [() => ({ DEV_CLIENTS: file("clients-pkce.json", [{ client_id: "a", token_endpoint_auth_method: "none", require_pkce: false, redirect_uris: ["https://a.example/"] }]) }), /require_pkce/],
    "a state folder whose secret is gone": [() => (mkdirSync(join(folder, "lost")), file("lost/secrets.json", {}), { STATE_DIR: join(folder, "lost") }), /NIGHTLATCH_SECRET/],
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
