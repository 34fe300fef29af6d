/**
 * The Worker's settings where it runs locally: from `wrangler.toml`, a `SETTINGS` file and the local secret, as NIGHTLATCH_ variables.
 * Says nothing about what a setting may be: `operator` judges that by the Worker's own rules.
 */

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readWranglerConfig } from "./bindings.mjs";
import { given, OneLine, readJson, writePrivate } from "./project.mjs";

const PREFIX = "NIGHTLATCH_";
/** Where the deployed Worker is and how it mails and texts says nothing about a local one. */
const NOT_LOCAL = [`${PREFIX}ISSUER`, `${PREFIX}MAIL`, `${PREFIX}SMS`];

/** The variables of a local Worker with this issuer. */
export function localVars({ issuer, stateDir, settingsFile }) {
  const vars = { ...deployedVars() };
  for (const name of NOT_LOCAL) delete vars[name];
  vars.NIGHTLATCH_ISSUER = issuer;
  if (isLoopback(issuer)) Object.assign(vars, { NIGHTLATCH_MAIL: "mailbox", NIGHTLATCH_SMS: "mailbox" });
  vars.NIGHTLATCH_SECRET = localSecret(stateDir);
  return settingsFile ? { ...vars, ...settingsVars(readSettings(settingsFile)) } : vars;
}

/** `[vars]` of wrangler.toml. */
export const deployedVars = () => mapText(readWranglerConfig().vars ?? {}, (name) => name);

/** The `SETTINGS` file: one flat JSON object. */
function readSettings(file) {
  const settings = readJson(given(file), "The SETTINGS file");
  if (settings === null || typeof settings !== "object" || Array.isArray(settings)) {
    throw new OneLine(`The SETTINGS file ${file} holds no JSON object: write {"name of a setting": value, …}.`);
  }
  return settings;
}

/** `{"otp_digits": 8}` as `{NIGHTLATCH_OTP_DIGITS: "8"}`. */
export const settingsVars = (settings) => mapText(settings, (name) => `${PREFIX}${name.toUpperCase()}`);

function mapText(object, nameOf) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [nameOf(name), asText(name, value)]));
}

function asText(name, value) {
  if (value === null) throw new OneLine(`The setting ${name} is null: give it a value or leave it out.`);
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Whether the issuer's host is this machine's own, so that mails may go to the development mailbox. */
export function isLoopback(issuer) {
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : "";
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The local Worker's secret, made at the first start and kept beside its state. */
export function localSecret(stateDir) {
  const file = join(stateDir, "secrets.json");
  if (existsSync(file)) {
    const secret = readJson(file, "The local secret")?.NIGHTLATCH_SECRET;
    if (typeof secret === "string") return secret;
    throw new OneLine(`${file} holds no NIGHTLATCH_SECRET: delete the folder ${stateDir} to begin anew, or restore the file.`);
  }
  const secret = newSecret();
  writePrivate(file, `${JSON.stringify({ NIGHTLATCH_SECRET: secret }, null, 2)}\n`);
  return secret;
}

/** 48 random bytes as base64url. */
export const newSecret = () => randomBytes(48).toString("base64url");
