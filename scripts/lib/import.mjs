/**
 * `npm run users -- import FILE`: people from another system, one JSON object a line. The rules are `operator`'s; this reads the file, hands it over
 * in batches, each of which is one transaction, and counts what became of it.
 */

import { readFileSync } from "node:fs";
import { given, OneLine, progress } from "./project.mjs";

/** So many records at a time: on D1 their statements travel in one command line. */
export const BATCH = 25;
/** So many records that weren't taken are listed. */
const LISTED = 100;
const OUTCOMES = ["created", "updated", "skipped", "failed"];

/** The records of a file as `operator` takes them, in batches; and the lines that aren't JSON. */
export function readRecords(file) {
  let text;
  try {
    text = readFileSync(given(file), "utf8");
  } catch (error) {
    throw new OneLine(`The file ${file} can't be read: ${error.code ?? error.message}.`);
  }
  const records = [];
  const unreadable = [];
  for (const [index, line] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    try {
      records.push({ line: index + 1, record: JSON.parse(line) });
    } catch {
      unreadable.push({ line: index + 1, email: null, outcome: "failed", reason: "the line isn't JSON: write one object a line" });
    }
  }
  const batches = Array.from({ length: Math.ceil(records.length / BATCH) }, (_, index) => ({ records: records.slice(index * BATCH, (index + 1) * BATCH) }));
  return { batches, unreadable };
}

/** Imports a file by `carryOut(input)`; gives what is shown: counts, and every record that was skipped or failed. */
export async function importFile(file, carryOut) {
  const { batches, unreadable } = readRecords(file);
  const all = [...unreadable];
  let warnings = [];
  for (const [index, batch] of batches.entries()) {
    const shown = await carryOut(batch);
    all.push(...shown.records);
    warnings = shown.warnings;
    if (index % 40 === 39) progress(`${(index + 1) * BATCH} records …`);
  }
  return summary(all, warnings);
}

/** What a person reads, and a machine by `--json`. */
export function summary(all, warnings = []) {
  const records = all.toSorted((one, other) => one.line - other.line);
  const counts = Object.fromEntries(OUTCOMES.map((name) => [name, records.filter(({ outcome }) => outcome === name).length]));
  const left = records.filter(({ outcome }) => outcome === "skipped" || outcome === "failed");
  const message = OUTCOMES.map((name) => `${counts[name]} ${name}`).join(", ") + ".";
  return { message, ...counts, left, warnings };
}

/** The same as text. */
export function importAsText({ message, left, warnings }) {
  const lines = left.slice(0, LISTED).map(({ line, email, outcome, reason }) => `line ${line}: ${outcome}${email ? ` (${email})` : ""}: ${reason}`);
  if (left.length > LISTED) lines.push(`… and ${left.length - LISTED} more: --json lists all of them.`);
  return [...lines, message, ...warnings.map((warning) => `Warning: ${warning}`)].join("\n");
}
