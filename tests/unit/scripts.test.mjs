/** The parts of the scripts that decide something: flags, settings, SQL literals, log lines, the demo site's paths. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { serveDemo } from "../../scripts/lib/demo-site.mjs";
import { inOrder, secretNames } from "../../scripts/lib/deploy.mjs";
import { readCommandLine } from "../../scripts/lib/flags.mjs";
import { importAsText, readRecords, summary } from "../../scripts/lib/import.mjs";
import { newKeys } from "../../scripts/lib/keys.mjs";
import { textFor } from "../../scripts/lib/log-lines.mjs";
import { OneLine } from "../../scripts/lib/project.mjs";
import { withLiterals } from "../../scripts/lib/remote.mjs";
import { resealAll } from "../../scripts/lib/reseal.mjs";
import { localVars } from "../../scripts/lib/settings.mjs";
import { placeOf, withId } from "../../scripts/lib/resources.mjs";
import { show } from "../../scripts/lib/show.mjs";
import { demoSite, mailboxOf } from "../../scripts/lib/start.mjs";

const SECRET = /^[A-Za-z0-9_-]{64}$/;

test("flags become RFC 7591 metadata", async () => {
  const line = ["clients", "add", "--id", "shop", "--name", "Shop", "--public", "--redirect-uri", "https://a.example/", "--redirect-uri", "https://b.example/"];
  const { command, input, remote } = await readCommandLine([...line, "--no-pkce"]);
  assert.equal(command, "clients.add");
  assert.equal(remote, false);
  assert.deepEqual(input.metadata, {
    client_id: "shop",
    client_name: "Shop",
    redirect_uris: ["https://a.example/", "https://b.example/"],
    token_endpoint_auth_method: "none",
    require_pkce: false,
  });
});

test("a new client keeps a secret unless it is public", async () => {
  const method = async (...flags) => (await readCommandLine(["clients", "add", ...flags])).input.metadata.token_endpoint_auth_method;
  assert.equal(await method("--name", "Backend"), "client_secret_basic");
  assert.equal(await method("--auth-method", "client_secret_post"), "client_secret_post");
  assert.equal(await method("--public"), "none");
});

test("a wrong command line is refused in one line", async () => {
  for (const line of [["clients", "ad"], ["clients", "add", "--nmae", "x"], ["clients", "update"], ["users", "invite"], ["users", "list", "--limit", "x"], ["keys", "revoke", "stray"], ["keys", "reseal", "--kid", "x"], ["keys", "rotate", "--alg", "HS256"]]) {
    await assert.rejects(readCommandLine(line), (error) => error instanceof OneLine && !error.message.includes("\n"));
  }
});

test("parameters become literals, quoted texts in the statement stay", () => {
  const sql = "INSERT INTO t (a, b, c) VALUES (?1, ?2, '?1''s') -- ?3";
  assert.equal(withLiterals({ sql, params: ["it's ?2", null, 7] }), "INSERT INTO t (a, b, c) VALUES ('it''s ?2', NULL, '?1''s') -- 7");
  assert.throws(() => withLiterals({ sql: "?1", params: [1.5] }));
  assert.throws(() => withLiterals({ sql: "?2", params: ["one"] }));
});

test("keys are private JWKs of their algorithm", async () => {
  const [rsa, ec] = await newKeys();
  assert.equal(rsa.private_jwk.kty, "RSA");
  assert.equal(Buffer.from(rsa.private_jwk.n, "base64url").length, 256);
  assert.deepEqual([ec.algorithm, ec.private_jwk.crv], ["ES256", "P-256"]);
  assert.ok(rsa.private_jwk.d && ec.private_jwk.d);
});

test("a mail's line shows its code, and nothing in it steers the terminal", () => {
  const message = JSON.stringify({ event: "dev_mail", to: "ann@example.org", subject: "Your code\u001b[2J", code: "123456" });
  const text = textFor({ level: "log", message });
  assert.match(text, /ann@example\.org[\s\S]*123456/);
  assert.ok(!text.includes("\u001b[2J"));
  assert.equal(textFor({ level: "log", message: '{"level":"info","event":"request"}' }), undefined);
  assert.match(textFor({ level: "log", message: '{"level":"error","event":"fault","text":"D1 is down"}' }), /fault.*D1 is down/);
});

test("a text message's line shows its code as well", () => {
  const message = JSON.stringify({ event: "dev_text", to: "+436641234567", text: "123456 is your code\u001b[2J", code: "123456" });
  const text = textFor({ level: "log", message });
  assert.match(text, /SMS to {3}\+436641234567[\s\S]*Code {5}123456/);
  assert.ok(!text.includes("\u001b[2J"));
});

test("an answer is shown as sentences, values and tables, its secret last", () => {
  const text = show({ message: "Added.", client_id: "shop", users: [{ id: "a", typed: "A" }, { id: "bb", typed: null }], client_secret: "s3" });
  assert.equal(
    text,
    "Added.\nclient_id: shop\nid  typed\na   A\nbb\nclient_secret: s3\nThis secret is shown once: keep it now. Only its hash is stored.",
  );
});

test("times are shown as dates, and a table of clients has what fits", () => {
  const users = [{ id: "u", created_at: 0, disabled_at: null }];
  assert.equal(show({ users, next: "u" }), "id  created_at            disabled_at\nu   1970-01-01T00:00:00Z\nThere are more: --after u");
  assert.equal(show({ clients: [{ client_id: "shop", require_pkce: true, redirect_uris: ["a", "b"] }] }), "client_id  redirect_uris\nshop       a b");
});

test("keys are sealed anew only once a Worker runs that opens them", () => {
  const steps = { keys: "keys", worker: "worker" };
  assert.deepEqual(inOrder({ NIGHTLATCH_SECRET: "a" }, steps), ["keys", "worker"]);
  assert.deepEqual(inOrder({ NIGHTLATCH_SECRET: "a", NIGHTLATCH_SECRET_PREVIOUS: "b" }, steps), ["worker", "keys"]);
});

test("people's keys are sealed anew batch by batch, and what no secret opens is told", async () => {
  const asked = [];
  const batches = [
    { resealed: 200, lost_apps: 0, lost_recovery_codes: 0, after: { user: "u9", id: "app" } },
    { resealed: 3, lost_apps: 2, lost_recovery_codes: 1, after: null },
  ];
  const shown = await resealAll(async (command, input) => {
    asked.push([command, input]);
    return command === "keys.reseal" ? batches.shift() : {};
  });
  assert.deepEqual(asked, [["keys.add", { keys: [] }], ["keys.reseal", {}], ["keys.reseal", { after: { user: "u9", id: "app" } }]]);
  assert.deepEqual([shown.resealed, shown.lost_apps, shown.lost_recovery_codes], [203, 2, 1]);
  assert.match(shown.message, /^203 sealed anew: .* 2 authenticator apps and the recovery codes of 1 people/);
  const nothing = await resealAll(async () => ({ resealed: 0, lost_apps: 0, lost_recovery_codes: 0, after: null }));
  assert.equal(nothing.message, "0 sealed anew: nothing in the database needs the previous secret any more.");
});

test("only a Worker that isn't there counts as one without secrets", () => {
  const failed = (words) => ({ code: 1, stdout: "", stderr: `\u001b[31m✘ [ERROR]\u001b[0m ${words}\n\n` });
  assert.deepEqual(secretNames({ code: 0, stdout: '[\n  {"name": "NIGHTLATCH_SECRET"}\n]\n', stderr: "" }), ["NIGHTLATCH_SECRET"]);
  assert.deepEqual(secretNames(failed('Worker "nightlatch" not found.\n\n  \n  If this is a new Worker, run `wrangler deploy` first to create it.')), []);
  assert.deepEqual(secretNames(failed("A request failed.\n\n  This Worker does not exist on your account. [code: 10007]")), []);
  for (const answer of [failed("fetch failed"), failed("Authentication error [code: 10000]"), failed(""), { code: 0, stdout: "?", stderr: "" }]) {
    assert.throws(() => secretNames(answer), OneLine);
  }
  assert.throws(() => secretNames(failed("A request failed.\n\n  Authentication error [code: 10000]")), /: A request failed\. Authentication error \[code: 10000\]$/);
});

test("an id is written over its commented line, or put into its table", () => {
  const kv = { table: "kv_namespaces", field: "id" };
  const file = (line) => `[[d1_databases]]\nbinding = "DB"\n\n[[kv_namespaces]]\nbinding = "KV"\n${line}\n# [[r2_buckets]]\n# id = "other"\n`;
  assert.equal(withId(file('# id = "…"\n'), kv, "abc"), file('id = "abc"\n'));
  assert.equal(withId(file(""), kv, "abc"), file("").replace('binding = "KV"', 'id = "abc"\nbinding = "KV"'));
  assert.equal(withId(file(""), { table: "d1_databases", field: "database_id" }, "abc"), file("").replace("binding", 'database_id = "abc"\nbinding'));
  assert.equal(placeOf('kv_namespaces = [{ binding = "KV" }]\n', kv), undefined);
});

describe("local settings", () => {
  let stateDir;
  before(() => (stateDir = mkdtempSync(join(tmpdir(), "nightlatch-unit-"))));
  after(() => rmSync(stateDir, { recursive: true }));

  test("the secret is made once, for its owner alone", () => {
    const first = localVars({ issuer: "http://localhost:8787", stateDir });
    assert.match(first.NIGHTLATCH_SECRET, SECRET);
    assert.equal(localVars({ issuer: "http://localhost:8787", stateDir }).NIGHTLATCH_SECRET, first.NIGHTLATCH_SECRET);
    assert.equal(statSync(join(stateDir, "secrets.json")).mode & 0o777, 0o600);
  });

  test("a SETTINGS file becomes variables", () => {
    const settingsFile = join(stateDir, "settings.json");
    writeFileSync(settingsFile, JSON.stringify({ otp_digits: 8, allowed_domains: ["a.example", "b.example"], texts: { en: { a: 1 } }, flag: true }));
    const vars = localVars({ issuer: "http://localhost:8787", stateDir, settingsFile });
    assert.equal(vars.NIGHTLATCH_OTP_DIGITS, "8");
    assert.equal(vars.NIGHTLATCH_ALLOWED_DOMAINS, "a.example,b.example");
    assert.equal(vars.NIGHTLATCH_TEXTS, '{"en":{"a":1}}');
    assert.equal(vars.NIGHTLATCH_FLAG, "true");
  });

  test("only an issuer on this machine gets the mailbox by itself", () => {
    for (const name of ["NIGHTLATCH_MAIL", "NIGHTLATCH_SMS"]) {
      assert.equal(localVars({ issuer: "http://localhost:8787", stateDir })[name], "mailbox");
      assert.equal(localVars({ issuer: "https://login.example.org", stateDir })[name], undefined);
    }
  });

  test("a file that is no JSON object is refused in one line", () => {
    const settingsFile = join(stateDir, "bad.json");
    for (const text of ["{", "[]", "null", '{"otp_digits": null}']) {
      writeFileSync(settingsFile, text);
      assert.throws(() => localVars({ issuer: "http://localhost:8787", stateDir, settingsFile }), OneLine);
    }
  });
});

describe("the demo site", () => {
  let site;
  let folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "nightlatch-unit-"));
    writeFileSync(join(folder, "index.html"), "<h1>Demo</h1>");
    writeFileSync(join(folder, "clients.json"), "[]");
    site = await serveDemo({ host: "127.0.0.1", folder: join(folder), config: { issuer: "http://localhost:8787" } });
  });
  after(async () => {
    await site.close();
    rmSync(folder, { recursive: true });
  });

  test("it serves its pages and its configuration", async () => {
    assert.equal(await (await fetch(`${site.url}/`)).text(), "<h1>Demo</h1>");
    assert.deepEqual(await (await fetch(`${site.url}/config.json`)).json(), { issuer: "http://localhost:8787" });
  });

  test("it is told of the mailbox where there is one", async () => {
    assert.equal(mailboxOf({ NIGHTLATCH_MAIL: "webhook, mailbox" }, 8787), "http://localhost:8787/dev/mailbox");
    assert.equal(mailboxOf({ NIGHTLATCH_MAIL: "webhook" }, 8787), undefined);
    assert.equal(mailboxOf({}, 8787), undefined);
    const mailbox = "http://localhost:8787/dev/mailbox";
    for (const [options, expected] of [[{ mailbox }, { issuer: "http://localhost:8787", mailbox }], [{}, { issuer: "http://localhost:8787" }]]) {
      const demo = await demoSite({ demoPort: 0, issuer: "http://localhost:8787", ...options });
      try {
        assert.deepEqual(await (await fetch(`${demo.url}/config.json`)).json(), expected);
      } finally {
        await demo.close();
      }
    }
  });

  test("where its usual port is taken Nightlatch goes on without it, but not where the port was asked for", async () => {
    const taken = await serveDemo({ host: "127.0.0.1", folder, config: {} });
    const options = { demoPort: taken.port, issuer: "http://localhost:8787" };
    try {
      assert.equal(await demoSite({ ...options, demoPortGiven: false }), undefined);
      await assert.rejects(demoSite({ ...options, demoPortGiven: true }), { code: "EADDRINUSE" });
    } finally {
      await taken.close();
    }
  });

  test("it serves nothing else", async () => {
    for (const path of ["/clients.json", "/%2e%2e/package.json", "/..%2fpackage.json", "/.git/config", "/%00", "/%", "/nowhere"]) {
      assert.equal((await fetch(`${site.url}${path}`)).status, 404, path);
    }
  });
});

describe("an import's file", () => {
  let folder;
  before(() => (folder = mkdtempSync(join(tmpdir(), "nightlatch-unit-"))));
  after(() => rmSync(folder, { recursive: true }));

  test("a line that isn't UTF-8 or isn't JSON fails by itself, and the others are read to the letter", () => {
    const file = join(folder, "people.jsonl");
    const line = (name) => `{"email":"a@example.org","name":"${name}"}\r\n`;
    writeFileSync(file, Buffer.concat([Buffer.from(`\uFEFF${line("Jörg 🦀")}`), Buffer.from(line("Jörg"), "latin1"), Buffer.from(`\n{"email"\n${line("Zoë")}`)]));
    const { batches, unreadable } = readRecords(file);
    assert.deepEqual(batches.flatMap(({ records }) => records.map(({ line, record }) => [line, record.name])), [[1, "Jörg 🦀"], [5, "Zoë"]]);
    assert.deepEqual(unreadable.map(({ line, outcome, reason }) => [line, outcome, reason.split(":")[0]]), [
      [2, "failed", "the line isn't UTF-8"],
      [4, "failed", "the line isn't JSON"],
    ]);
  });

  test("what a file holds tells the terminal nothing", () => {
    const text = importAsText(summary([{ line: 1, email: "a\u001b[2J\u0000\n\u202eb@example.org", outcome: "failed", reason: "no address" }]));
    assert.equal(text.split("\n")[0], "line 1: failed (a\uFFFD[2J\uFFFD\uFFFD\uFFFDb@example.org): no address");
  });
});
