/**
 * Local state: applies the D1 migrations as wrangler does (same table), makes the signing keys, loads clients from a file.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newKeys } from "./keys.mjs";
import { localState, operate } from "./operator.mjs";
import { given, inProject, OneLine, readJson } from "./project.mjs";
import { readWranglerConfig } from "./bindings.mjs";

const LEDGER = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`;

/** Where D1 and KV are kept inside the state folder. */
export const storageIn = (stateDir) => join(stateDir, "storage");

/** Applies the migrations that are missing; each is one transaction. Gives their names. */
export async function migrate(runtime) {
  const folder = inProject(readWranglerConfig().d1_databases[0].migrations_dir);
  await runtime.d1(LEDGER);
  const applied = new Set((await runtime.d1("SELECT name FROM d1_migrations")).map(({ name }) => name));
  const missing = readdirSync(folder).filter((name) => name.endsWith(".sql") && !applied.has(name)).sort();
  for (const name of missing) {
    const entry = { sql: "INSERT INTO d1_migrations (name) VALUES (?1)", params: [name] };
    await runtime.d1Batch([{ sql: readFileSync(join(folder, name), "utf8") }, entry]);
  }
  return missing;
}

/** Makes the signing keys that are absent, and publishes them. */
export async function ensureKeys(runtime, environment) {
  const input = { keys: await newKeys(), only_missing: true };
  return operate(localState(runtime), { command: "keys.add", input, environment });
}

/** An array of RFC 7591 client metadata from a file that a person wrote. */
export function readClients(file) {
  const clients = readJson(given(file), "The clients file");
  if (!Array.isArray(clients)) throw new OneLine(`The clients file ${file} holds no JSON array: write [{"client_id": …, "redirect_uris": […]}, …].`);
  return clients;
}

/** Puts these clients in, and takes those of an earlier file out that aren't among them. */
export async function loadClients(runtime, { clients, environment, stateDir }) {
  const file = stateDir && join(stateDir, "loaded-clients.json");
  const previous = file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  const shown = await operate(localState(runtime), { command: "clients.load", input: { clients, previous }, environment });
  if (file) {
    mkdirSync(stateDir, { recursive: true });
    writeFileSync(file, JSON.stringify(clients.map(({ client_id }) => client_id)));
  }
  return shown;
}
