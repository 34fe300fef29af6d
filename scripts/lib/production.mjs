/**
 * The deployed Worker's settings and secrets as this machine knows them: `[vars]` of wrangler.toml, the ignored file
 * `.secrets/production.json` (owner only), and NIGHTLATCH_ variables of the environment, which go before the file.
 */

import { chmodSync, existsSync, statSync } from "node:fs";
import { inProject, OneLine, readJson, say, writePrivate } from "./project.mjs";
import { deployedVars, newSecret } from "./settings.mjs";

export const SECRETS_FILE = inProject(".secrets/production.json");

/** Every NIGHTLATCH_ variable of the deployed Worker. */
export const productionVars = (environment) => ({ ...deployedVars(), ...productionSecrets(environment) });

/** Those that are secrets: whatever isn't in `[vars]`. */
export function productionSecrets(environment) {
  const fromEnvironment = Object.entries(environment).filter(([name]) => name.startsWith("NIGHTLATCH_"));
  return { ...secretsFile(), ...Object.fromEntries(fromEnvironment) };
}

function secretsFile() {
  if (!existsSync(SECRETS_FILE)) return {};
  if (statSync(SECRETS_FILE).mode & 0o077) chmodSync(SECRETS_FILE, 0o600);
  const secrets = readJson(SECRETS_FILE, "The secrets file");
  const wrong = Object.entries(secrets).find(([name, value]) => !name.startsWith("NIGHTLATCH_") || typeof value !== "string");
  if (wrong) throw new OneLine(`${SECRETS_FILE}: "${wrong[0]}" must be a text whose name begins with NIGHTLATCH_.`);
  return secrets;
}

/**
 * Makes the secret that everything hangs on, once: never where the deployed Worker has one that this machine doesn't know.
 * `deployedSecrets()` gives the names of the Worker's. Gives all secrets.
 */
export async function haveSecret(environment, deployedSecrets) {
  const secrets = productionSecrets(environment);
  if (secrets.NIGHTLATCH_SECRET) return secrets;
  if ((await deployedSecrets()).includes("NIGHTLATCH_SECRET")) {
    throw new OneLine(`The deployed Worker has a NIGHTLATCH_SECRET that this machine doesn't know: restore ${SECRETS_FILE} from your copy, or set the variable.`);
  }
  const made = { ...secretsFile(), NIGHTLATCH_SECRET: newSecret() };
  writePrivate(SECRETS_FILE, `${JSON.stringify(made, null, 2)}\n`);
  say(`Made the Worker's secret in ${SECRETS_FILE}. Keep a copy in a safe place: without it every session ends and the signing keys are lost.`);
  return { ...secrets, ...made };
}
