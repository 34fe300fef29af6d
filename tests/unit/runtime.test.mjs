/** The runtime over the real workerd, with a small Worker in place of Nightlatch. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { storageBindings } from "../../scripts/lib/bindings.mjs";
import { migrate } from "../../scripts/lib/state.mjs";
import { createRuntime } from "../../scripts/runtime.mjs";

const ECHO = `export default {
  async fetch(request) {
    if (new URL(request.url).pathname === "/out") return fetch("https://elsewhere.test/there");
    return Response.json({ url: request.url, host: request.headers.get("host"), from: request.headers.get("cf-connecting-ip") });
  },
  async scheduled(event, env) { await env.KV.put("cron", event.cron); },
};`;

const worker = {
  name: "echo",
  compatibilityDate: "2026-11-17",
  manifest: { mainModule: "index.js", modulesRoot: "/", modules: { "index.js": { type: "esm", contents: ECHO } } },
  env: storageBindings(),
};

describe("the runtime", () => {
  let stateDir;
  let runtime;

  before(async () => {
    stateDir = mkdtempSync(join(tmpdir(), "nightlatch-unit-"));
    runtime = await createRuntime({ stateDir, worker, outbound: (request) => new Response(`asked for ${request.url}`) });
  });

  after(async () => {
    await runtime?.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  });

  test("a request reaches the Worker with the host and the address that its client says", async () => {
    const response = await fetch(`${runtime.url}/a?b=c`, { headers: { "cf-connecting-ip": "203.0.113.9" } });
    const { url, host, from } = await response.json();
    assert.equal(url, `${runtime.url}/a?b=c`);
    assert.equal(host, `localhost:${runtime.port}`);
    assert.equal(from, "203.0.113.9");
  });

  test("what the Worker asks of others can be answered by the test", async () => {
    assert.equal(await (await fetch(`${runtime.url}/out`)).text(), "asked for https://elsewhere.test/there");
  });

  test("the migrations run once", async () => {
    assert.ok((await migrate(runtime)).includes("0001_sign_in.sql"));
    assert.deepEqual(await migrate(runtime), []);
  });

  test("a batch is one transaction", async () => {
    await runtime.d1("CREATE TABLE things (name TEXT PRIMARY KEY)");
    const insert = { sql: "INSERT INTO things VALUES (?1)", params: ["one"] };
    await assert.rejects(runtime.d1Batch([insert, insert]));
    assert.deepEqual(await runtime.d1("SELECT * FROM things"), []);
  });

  test("what was written outlives a killed workerd, which comes back on its port", async () => {
    await runtime.d1("INSERT INTO things VALUES (?1)", ["kept"]);
    await runtime.kvPut("key", "value");
    const [before] = await runtime.pids();
    await runtime.kill();
    const [now] = await runtime.pids();
    assert.notEqual(now, before);
    assert.deepEqual(await runtime.d1("SELECT name FROM things"), [{ name: "kept" }]);
    assert.equal(await runtime.kvGet("key"), "value");
    assert.equal((await fetch(runtime.url)).status, 200);
  });

  test("the cron runs when it is asked to", async () => {
    assert.equal((await runtime.scheduled()).outcome, "ok");
    assert.equal(await runtime.kvGet("cron"), "*/10 * * * *");
  });

  test("a second process's runtime reads and writes the same state meanwhile", async () => {
    const other = await createRuntime({ stateDir, build: null });
    try {
      await other.d1("INSERT INTO things VALUES (?1)", ["from beside"]);
      assert.deepEqual(await runtime.d1("SELECT COUNT(*) AS count FROM things"), [{ count: 2 }]);
    } finally {
      await other.dispose();
    }
  });
});
