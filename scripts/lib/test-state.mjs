/**
 * The state that every end-to-end test begins with: migrations applied and signing keys made, once, then copied for each runtime.
 */

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime } from "../runtime.mjs";
import { buildOperator, SOURCES } from "./build.mjs";
import { inProject } from "./project.mjs";
import { hashOf } from "./stamp.mjs";
import { ensureKeys, migrate } from "./state.mjs";

/** The tests' secret: 64 characters of base64url, known to all and of use to nobody. */
export const TEST_SECRET = createHash("sha512").update("the secret of Nightlatch's tests").digest("base64url").slice(0, 64);

/** The folder of the template, made where it isn't current. `NIGHTLATCH_TEST_TEMPLATE` names one that is known to be. */
export async function testTemplate() {
  if (process.env.NIGHTLATCH_TEST_TEMPLATE) return process.env.NIGHTLATCH_TEST_TEMPLATE;
  await buildOperator();
  const folder = inProject(".state/test-templates", hashOf([...SOURCES, "kv-schema"]).slice(0, 16));
  if (existsSync(folder)) return folder;
  mkdirSync(inProject(".state/test-templates"), { recursive: true });
  const draft = mkdtempSync(inProject(".state/test-templates/draft-"));
  const runtime = await createRuntime({ stateDir: draft, build: null });
  try {
    await migrate(runtime);
    await ensureKeys(runtime, { NIGHTLATCH_ISSUER: "http://localhost:1", NIGHTLATCH_SECRET: TEST_SECRET, NIGHTLATCH_MAIL: "mailbox" });
  } finally {
    await runtime.dispose();
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another process was quicker: its template is as good.
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  return folder;
}

/** A copy of the template for one runtime. */
export async function freshState() {
  const folder = mkdtempSync(join(tmpdir(), "nightlatch-test-"));
  cpSync(await testTemplate(), folder, { recursive: true });
  return folder;
}
