/**
 * The D1 database and the KV namespace of the deployment: whether their ids stand in `wrangler.toml`, and making them where they don't.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { readWranglerConfig } from "./bindings.mjs";
import { inProject, OneLine, say } from "./project.mjs";
import { mustWrangle } from "./wrangler.mjs";

const FILE = inProject("wrangler.toml");

/** What `wrangler.toml` lacks: `[{what, table, field, create, line}]`; no `line` where the table isn't written as one. */
export function missingResources() {
  const config = readWranglerConfig();
  const database = config.d1_databases[0];
  const kinds = [
    { what: "D1 database", table: "d1_databases", field: "database_id", id: database.database_id, create: ["d1", "create", database.database_name] },
    { what: "KV namespace", table: "kv_namespaces", field: "id", id: config.kv_namespaces[0].id, create: ["kv", "namespace", "create", `${config.name}-kv`] },
  ];
  const text = readFileSync(FILE, "utf8");
  return kinds.filter(({ id }) => !id).map((kind) => ({ ...kind, line: placeOf(text, kind)?.line }));
}

/** Makes what is missing, after asking, and writes its id into `wrangler.toml`. */
export async function haveResources() {
  // One at a time: a line that is put in moves those below it.
  for (let resource = missingResources()[0]; resource; resource = missingResources()[0]) {
    const { what, table, field, line, create } = resource;
    const place = line ? `line ${line}` : `the first of ${table}`;
    const byHand = `run "npx wrangler ${create.join(" ")}" and write the id as ${field} into wrangler.toml, ${place}`;
    if (!line || !process.stdin.isTTY || !(await agrees(`wrangler.toml names no ${what}. Make one now?`))) {
      throw new OneLine(`wrangler.toml names no ${what}: ${byHand}.`);
    }
    const { stdout } = await mustWrangle(`Making the ${what}`, create);
    const id = stdout.match(/\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/)?.[0];
    if (!id) throw new OneLine(`The ${what} is made, but wrangler's answer shows no id: look it up in the dashboard, then write it into wrangler.toml, ${place}.`);
    writeFileSync(FILE, withId(readFileSync(FILE, "utf8"), resource, id));
    say(`Made the ${what}; its id stands in wrangler.toml, ${place}: commit that.`);
  }
}

/** The line of the field in the first such table, commented out or not, or the one below the table's heading, where the field is absent. */
export function placeOf(text, { table, field }) {
  const lines = text.split("\n");
  const heading = lines.findIndex((line) => new RegExp(`^\\s*\\[\\[\\s*${table}\\s*\\]\\]`).test(line));
  if (heading < 0) return undefined;
  const below = lines.slice(heading + 1);
  const end = below.findIndex((line) => /^\s*#?\s*\[/.test(line));
  const found = below.slice(0, end < 0 ? undefined : end).findIndex((line) => new RegExp(`^\\s*#?\\s*${field}\\s*=`).test(line));
  return { line: heading + 2 + Math.max(found, 0), absent: found < 0 };
}

/** The text of `wrangler.toml` with the id at its place. */
export function withId(text, { table, field }, id) {
  const { line, absent } = placeOf(text, { table, field });
  return text.split("\n").toSpliced(line - 1, absent ? 0 : 1, `${field} = "${id}"`).join("\n");
}

async function agrees(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
