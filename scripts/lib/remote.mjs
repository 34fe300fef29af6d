/**
 * The deployed Nightlatch's state, through wrangler: D1 by `d1 execute`, KV by `kv key`. D1's command line has no bound parameters,
 * so they are written into the SQL as literals here.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OneLine, writePrivate } from "./project.mjs";
import { mustWrangle } from "./wrangler.mjs";

/** `{read, apply}` as `operate` takes them. */
export const remoteState = () => ({
  read: (statements) => execute(statements),
  async apply(statements, kv) {
    await execute(statements);
    for (const { key, value } of kv) await writeKey(key, value);
  },
});

/** Sends the statements in one request, which D1 runs as one transaction; gives the rows of each. */
async function execute(statements) {
  if (statements.length === 0) return [];
  const sql = statements.map((statement) => withLiterals(statement)).join(";\n");
  const { stdout } = await mustWrangle("Asking D1", ["d1", "execute", "DB", "--remote", "--json", "--yes", "--command", sql]);
  try {
    return JSON.parse(stdout.slice(stdout.search(/^\[/m))).map(({ results }) => results ?? []);
  } catch {
    throw new OneLine(`wrangler's answer from D1 can't be read: ${stdout.slice(0, 200)}`);
  }
}

/** The statement with `?1`, `?2`, … replaced, outside of its quoted texts. */
export function withLiterals({ sql, params = [] }) {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?(\d+)/g, (found, number) => (number ? literal(params[number - 1]) : found));
}

function literal(value) {
  if (value === null) return "NULL";
  if (Number.isSafeInteger(value)) return String(value);
  if (typeof value === "string" && !value.includes("\0")) return `'${value.replaceAll("'", "''")}'`;
  throw new Error("a parameter is neither null, a whole number nor a text");
}

/** A value travels by file: command lines are visible to others on the machine. */
async function writeKey(key, value) {
  if (value === null) return mustWrangle("Deleting from KV", ["kv", "key", "delete", key, "--binding", "KV", "--remote"]);
  const folder = mkdtempSync(join(tmpdir(), "nightlatch-"));
  try {
    const file = join(folder, "value");
    writePrivate(file, value);
    return await mustWrangle("Writing to KV", ["kv", "key", "put", key, "--binding", "KV", "--remote", "--path", file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
