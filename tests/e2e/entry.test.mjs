/** The Worker's way in, over the built module in the real workerd. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { workerConfig } from "../../scripts/lib/bindings.mjs";
import { inProject } from "../../scripts/lib/project.mjs";
import { TEST_SECRET } from "../../scripts/lib/test-state.mjs";
import { createRuntime } from "../../scripts/runtime.mjs";

describe("after a trap", () => {
  let stateDir, runtime;

  before(async () => {
    stateDir = mkdtempSync(join(tmpdir(), "nightlatch-unit-"));
    const worker = workerConfig({ build: inProject("build"), vars: { NIGHTLATCH_ISSUER: "http://localhost:1", NIGHTLATCH_SECRET: TEST_SECRET, NIGHTLATCH_MAIL: "mailbox" }, assets: false });
    const { modules } = worker.manifest;
    // The module asks for the time while it answers: what is thrown there ends it as a panic would.
    const contents = `const { now } = Date;
      Date.now = () => {
        if (!globalThis.trap) return now();
        globalThis.trap = false;
        throw new WebAssembly.RuntimeError("unreachable");
      };
      ${modules["index.js"].contents}`;
    const trap = `import nightlatch from "./entry.js";
      export default {
        async fetch(request, env, context) {
          globalThis.trap = request.headers.has("trap");
          return nightlatch.fetch(request, env, context);
        },
      };`;
    Object.assign(modules, { "index.js": { type: "esm", contents }, "trap.js": { type: "esm", contents: trap } });
    worker.manifest.mainModule = "trap.js";
    runtime = await createRuntime({ stateDir, worker });
  });

  after(async () => {
    await runtime?.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  });

  test("the module begins anew, and answers the next request", async () => {
    const status = async (headers = {}) => (await fetch(`${runtime.url}/.well-known/openid-configuration`, { headers })).status;
    assert.equal(await status(), 200);
    for (let turn = 0; turn < 3; turn += 1) {
      assert.equal(await status({ trap: "1" }), 500);
      assert.equal(await status(), 200);
      assert.equal(await status(), 200);
    }
  });
});
