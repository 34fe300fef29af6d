/**
 * Brings Nightlatch to Cloudflare, each step only when the one before is done: configuration checked, resources there, schema migrated,
 * then keys made where absent and the Worker with its secrets in one step. The schema only ever grows, so the Worker of before goes on meanwhile.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime } from "../runtime.mjs";
import { buildOperator, buildWorker } from "./build.mjs";
import { newKeys } from "./keys.mjs";
import { operate } from "./operator.mjs";
import { haveSecret, productionVars, SECRETS_FILE } from "./production.mjs";
import { OneLine, say, writePrivate } from "./project.mjs";
import { remoteState } from "./remote.mjs";
import { resealAll } from "./reseal.mjs";
import { haveResources, missingResources } from "./resources.mjs";
import { deployedVars, newSecret } from "./settings.mjs";
import { ensureKeys, migrate } from "./state.mjs";
import { mustWrangle, reason, wrangler } from "./wrangler.mjs";

/** How wrangler says that there is no such Worker: in words of its own, in other versions with the API's code. */
const NO_WORKER = /^Worker "[^"]*" not found\.|\[code: 10007\]/;

/** The real thing. */
export async function deploy(environment) {
  await buildOperator();
  await loggedIn();
  const secrets = await haveSecret(environment, deployedSecrets);
  const vars = productionVars(environment);
  const issuer = await check(vars);
  await haveResources();
  await buildWorker();
  say("Migrating the database …");
  await mustWrangle("The migration", ["d1", "migrations", "apply", "DB", "--remote"]);
  for (const step of inOrder(vars, { keys: () => lookAfterKeys(vars), worker: () => deployWorker(secrets) })) await step();
  await answers(issuer);
}

/**
 * A Worker without keys can't sign, so they come first. With a secret of before the Worker does: it opens what either secret sealed,
 * while the one that still runs would open nothing that is sealed anew.
 */
export const inOrder = ({ NIGHTLATCH_SECRET_PREVIOUS }, { keys, worker }) => (NIGHTLATCH_SECRET_PREVIOUS ? [worker, keys] : [keys, worker]);

async function lookAfterKeys(vars) {
  say("Looking after the signing keys …");
  const state = remoteState();
  await operate(state, { command: "keys.add", input: { keys: await newKeys(), only_missing: true }, environment: vars });
  if (!vars.NIGHTLATCH_SECRET_PREVIOUS) return;
  say("Sealing anew what the previous secret sealed …");
  const { message } = await resealAll((command, input) => operate(state, { command, input, environment: vars }));
  say(message);
}

async function deployWorker(secrets) {
  say("Deploying the Worker with its secrets …");
  await withFile(secretsAlone(secrets), (file) => mustWrangle("The deployment", ["deploy", "--secrets-file", file], { show: true }));
}

/** All that can be done without an account; what is still missing comes as a list. */
export async function dryRun(environment) {
  const todo = [];
  await buildOperator();
  const vars = productionVars(environment);
  if (!vars.NIGHTLATCH_SECRET) {
    todo.push(`The Worker's secret will be made in ${SECRETS_FILE}; keep a copy in a safe place.`);
    vars.NIGHTLATCH_SECRET = newSecret();
  }
  const sound = await note(todo, () => check(vars));
  if (sound) say("The configuration is right.");
  for (const { what, table, line } of missingResources()) {
    todo.push(line ? `wrangler.toml, line ${line}, names no ${what}; npm run deploy offers to make it.` : `wrangler.toml, ${table}, names no ${what}: write its id there.`);
  }
  await buildWorker();
  await withFolder(async (folder) => {
    await rehearse(join(folder, "state"), sound ? vars : undefined);
    await mustWrangle("The rehearsal of the deployment", ["deploy", "--dry-run", "--outdir", join(folder, "bundle")], { show: true });
  });
  await note(todo, loggedIn);
  say(todo.length ? `\nStill to be done before "npm run deploy":\n${todo.map((line) => `- ${line}`).join("\n")}` : '\nReady: "npm run deploy".');
}

/** Runs the migrations and makes keys on a state that is thrown away. */
async function rehearse(stateDir, vars) {
  const runtime = await createRuntime({ stateDir, build: null });
  try {
    say(`Migrations run: ${(await migrate(runtime)).join(", ")}.`);
    if (!vars) return;
    await ensureKeys(runtime, vars);
    say("Signing keys can be made and sealed.");
  } finally {
    await runtime.dispose();
  }
}

/** Gives the issuer as the Worker reads it. */
async function check(vars) {
  if (!vars.NIGHTLATCH_ISSUER) throw new OneLine("NIGHTLATCH_ISSUER is missing: set it under [vars] in wrangler.toml to the https address of the deployed Worker.");
  const { issuer } = await operate(null, { command: "config.check", environment: vars });
  return issuer;
}

async function loggedIn() {
  const { code } = await wrangler(["whoami", "--json"]);
  if (code !== 0) throw new OneLine('wrangler knows no account: run "npx wrangler login", or set CLOUDFLARE_API_TOKEN.');
}

const deployedSecrets = async () => secretNames(await wrangler(["secret", "list", "--format", "json"]));

/**
 * Names of the secrets that the deployed Worker has, from wrangler's answer; none where it says that there is no such Worker yet.
 * Any other failure stops: taken for "none", it would have a secret made that replaces the Worker's.
 */
export function secretNames(answer) {
  if (answer.code !== 0 && NO_WORKER.test(reason(answer))) return [];
  try {
    if (answer.code === 0) return JSON.parse(answer.stdout.slice(answer.stdout.search(/^\[/m))).map(({ name }) => name);
  } catch {
    throw new OneLine(`wrangler's list of the Worker's secrets can't be read: ${answer.stdout.slice(0, 200)}`);
  }
  throw new OneLine(`Asking for the Worker's secrets failed: ${reason(answer) || "wrangler gave no reason."}`);
}

/** What `[vars]` already says isn't sent as a secret, too. */
function secretsAlone(secrets) {
  const open = deployedVars();
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => !(name in open)));
}

async function answers(issuer) {
  const response = await fetch(`${issuer}/health`).catch((error) => ({ ok: false, status: error.cause?.code ?? error.message }));
  if (!response.ok) throw new OneLine(`Deployed, but ${issuer}/health answers ${response.status}: does the issuer's host lead to this Worker?`);
  say(`Deployed: ${issuer} is healthy.`);
}

/** Takes a failure down instead of stopping; gives whether there was none. */
async function note(todo, step) {
  try {
    await step();
    return true;
  } catch (error) {
    if (!(error instanceof OneLine)) throw error;
    todo.push(error.message);
    return false;
  }
}

async function withFolder(step) {
  const folder = mkdtempSync(join(tmpdir(), "nightlatch-"));
  try {
    return await step(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const withFile = (secrets, step) =>
  withFolder((folder) => {
    const file = join(folder, "secrets.json");
    writePrivate(file, JSON.stringify(secrets));
    return step(file);
  });
