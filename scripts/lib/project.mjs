/**
 * Where the project's files are, which versions of which tools it uses, and how a script stops with one line.
 * Uses Node's own modules alone: it must run before anything is installed.
 */

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export const WORKER_BUILD = "0.8.7";
export const CARGO_DENY = "0.20.2";

/** A path inside the project. */
export const inProject = (...parts) => join(ROOT, ...parts);

/** A failure whose message is all that the person needs to read: what is wrong and how to mend it. */
export class OneLine extends Error {}

/** Runs a script's main part; a `OneLine` becomes one line on stderr and exit code 1. */
export async function main(part) {
  try {
    await part();
  } catch (error) {
    if (!(error instanceof OneLine)) throw error;
    process.stderr.write(`${error.message.replace(/\s*\n\s*/g, " ")}\n`);
    process.exitCode = 1;
    process.exit();
  }
}

/** Says one line. */
export const say = (line) => process.stdout.write(`${line}\n`);

/** Says what is going on, beside the output that a program may read. */
export const progress = (line) => process.stderr.write(`${line}\n`);

/** The last line that says something. */
export const lastLine = (text) => text.trim().split("\n").at(-1) ?? "";

const running = new Set();

/** Ends the programs that run now: for a script that is told to end itself. */
export function endPrograms() {
  for (const child of running) child.kill("SIGTERM");
}

/**
 * Runs a program to its end and gives `{code, stdout, stderr}`. With `show`, its output goes to the terminal as it comes;
 * with `show: "stderr"`, only what it says beside its answer does.
 */
export function run(program, args, { cwd = ROOT, env, input, show = false } = {}) {
  return new Promise((settle, refuse) => {
    const stdio = [input === undefined ? "ignore" : "pipe", show === true ? "inherit" : "pipe", show ? "inherit" : "pipe"];
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
    running.add(child);
    child.once("error", (error) => running.delete(child) && refuse(error));
    child.once("close", (code, signal) => running.delete(child) && settle({ code: code ?? 1, signal, stdout, stderr }));
    // A program that ends without reading its input isn't our failure; its exit code says enough.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** The version of a crate in `Cargo.lock`. */
export function lockedVersion(crate) {
  const found = readFileSync(inProject("Cargo.lock"), "utf8").match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`));
  if (!found) throw new OneLine(`Cargo.lock names no ${crate}: restore it with "git checkout Cargo.lock".`);
  return found[1];
}

/** The JSON in a file that a person wrote. */
export function readJson(file, what) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new OneLine(`${what} can't be read: ${file} (${error.code}). Mend the path or the file's permissions.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OneLine(`${what} is no JSON: ${file}: ${error.message}. Mend it and start again.`);
  }
}

/** A path that a person gave, relative to where they stand. */
export const given = (path) => (isAbsolute(path) ? path : resolve(process.cwd(), path));

/** Writes a file that only its owner reads. */
export function writePrivate(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
}
