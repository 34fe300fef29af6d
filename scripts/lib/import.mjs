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

/** The records of a file as `operator` takes them, in batches; and the lines that aren't JSON, or not in UTF-8: a name is kept right or not at all. */
export function readRecords(file) {
  let bytes;
  try {
    bytes = readFileSync(given(file));
  } catch (error) {
    throw new OneLine(`The file ${file} can't be read: ${error.code ?? error.message}.`);
  }
  const records = [];
  const unreadable = [];
  // Latin-1 has a character for each byte, so that a line is cut out whole before anything is read as UTF-8.
  for (const [index, line] of bytes.toString("latin1").split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const failed = (reason) => unreadable.push({ line: index + 1, email: null, outcome: "failed", reason });
    const text = fromUtf8(line);
    if (text === null) failed("the line isn't UTF-8: save the file in that encoding");
    else if (text.trim() !== "") readLine(text, index + 1, records, failed);
  }
  const batches = Array.from({ length: Math.ceil(records.length / BATCH) }, (_, index) => ({ records: records.slice(index * BATCH, (index + 1) * BATCH) }));
  return { batches, unreadable };
}

function readLine(text, line, records, failed) {
  try {
    records.push({ line, record: JSON.parse(text) });
  } catch {
    failed("the line isn't JSON: write one object a line");
  }
}

/** The text of a line whose bytes are the characters of `line`, without a byte order mark; null where it isn't UTF-8. */
function fromUtf8(line) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(line, "latin1"));
  } catch {
    return null;
  }
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
  const lines = left.slice(0, LISTED).map(({ line, email, outcome, reason }) => printable(`line ${line}: ${outcome}${email ? ` (${email})` : ""}: ${reason}`));
  if (left.length > LISTED) lines.push(`… and ${left.length - LISTED} more: --json lists all of them.`);
  return [...lines, message, ...warnings.map((warning) => `Warning: ${warning}`)].join("\n");
}

/** One line without what a terminal would obey: a file from elsewhere may hold anything. */
const printable = (text) => text.replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, "\uFFFD");
