/**
 * The D1 database and the KV namespace of the deployment: whether their ids stand in `wrangler.toml`, and making them where they don't.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { readWranglerConfig } from "./bindings.mjs";
import { inProject, OneLine, say } from "./project.mjs";
import { mustWrangle } from "./wrangler.mjs";

const FILE = inProject("wrangler.toml");

/** What `wrangler.toml` lacks: `[{what, field, line, create}]`. */
export function missingResources() {
  const config = readWranglerConfig();
  const database = config.d1_databases[0];
  const kinds = [
    { what: "D1 database", field: "database_id", id: database.database_id, create: ["d1", "create", database.database_name] },
    { what: "KV namespace", field: "id", id: config.kv_namespaces[0].id, create: ["kv", "namespace", "create", `${config.name}-kv`] },
  ];
  return kinds.filter(({ id }) => !id).map((kind) => ({ ...kind, line: lineOf(kind.field) }));
}

/** Makes what is missing, after asking, and writes its id into `wrangler.toml`. */
export async function haveResources() {
  for (const resource of missingResources()) {
    const { what, field, line, create } = resource;
    const byHand = `run "npx wrangler ${create.join(" ")}" and write the id as ${field} into wrangler.toml, line ${line}`;
    if (!process.stdin.isTTY || !(await agrees(`wrangler.toml names no ${what}. Make one now?`))) {
      throw new OneLine(`wrangler.toml names no ${what}: ${byHand}.`);
    }
    const { stdout } = await mustWrangle(`Making the ${what}`, create);
    const id = stdout.match(/\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/)?.[0];
    if (!id) throw new OneLine(`The ${what} is made, but wrangler's answer shows no id: look it up in the dashboard, then write it into wrangler.toml, line ${line}.`);
    writeId(line, field, id);
    say(`Made the ${what}; its id stands in wrangler.toml, line ${line}: commit that.`);
  }
}

function lineOf(field) {
  const lines = readFileSync(FILE, "utf8").split("\n");
  return lines.findIndex((line) => new RegExp(`^#?\\s*${field}\\s*=`).test(line)) + 1;
}

function writeId(line, field, id) {
  const lines = readFileSync(FILE, "utf8").split("\n");
  lines[line - 1] = `${field} = "${id}"`;
  writeFileSync(FILE, lines.join("\n"));
}

async function agrees(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
