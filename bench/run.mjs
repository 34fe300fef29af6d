/**
 * `npm run bench -- [--json FILE] [--quick]`: what a sign-in costs, on this machine, printed as a table; ends with code 1 where a figure of
 * `budget.mjs` is broken. `--quick` counts round trips, rows and bytes alone, which are the same everywhere; the whole takes some minutes.
 */

import { parseArgs } from "node:util";
import { prepare } from "../scripts/lib/prepare.mjs";
import { given, main, OneLine, say } from "../scripts/lib/project.mjs";

await main(async () => {
  await prepare();
  const { json, quick } = options(process.argv.slice(2));
  const { bench } = await import("./bench.mjs");
  const { broken } = await import("./budget.mjs");
  const { table } = await import("./table.mjs");
  const { writeFileSync } = await import("node:fs");
  const result = await bench({ quick });
  if (json) writeFileSync(given(json), `${JSON.stringify(result, null, 2)}\n`);
  say(table(result));
  const lines = broken(result);
  for (const line of lines) say(`Over its limit: ${line}`);
  if (lines.length === 0) say("Every figure is within its limit.");
  process.exit(lines.length ? 1 : 0);
});

function options(args) {
  try {
    return parseArgs({ args, options: { json: { type: "string" }, quick: { type: "boolean", default: false } } }).values;
  } catch (error) {
    throw new OneLine(`${error.message}. Say: npm run bench -- [--json FILE] [--quick]`);
  }
}
