/**
 * The suites of `npm test`, how each is run and how its tests are counted. A check that is no test runner counts as one test;
 * a suite that ran nothing counts as one failure, so that silence never passes.
 */

import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { buildOperator, buildWorker } from "./build.mjs";
import { haveChromium } from "./chromium.mjs";
import { haveOathtool } from "./oathtool.mjs";
import { CARGO_DENY, OneLine, ROOT, say } from "./project.mjs";
import { testTemplate } from "./test-state.mjs";
import { haveCommand, haveRust, haveTarget, haveTool, TARGET } from "./toolchain.mjs";

const PARALLEL_FILES = 2;
/** A test file that hangs longer than this has failed. */
const FILE_LIMIT_MS = 900_000;

export const SUITES = [
  { name: "format", run: format },
  { name: "clippy", run: () => clippy("--all-targets", "--all-features") },
  { name: "clippy-wasm", run: clippyWasm },
  { name: "deny", run: deny },
  { name: "native", run: native },
  { name: "build", run: build },
  { name: "unit", run: () => nodeTests(["tests/unit/**/*.test.mjs"]) },
  { name: "e2e", run: endToEnd },
];

/** Runs the suites; gives whether all of it passed. */
export async function runSuites(suites) {
  const total = { passed: 0, failed: 0 };
  const lines = [];
  for (const { name, run } of suites) {
    say(`\n== ${name}`);
    const begun = Date.now();
    const { passed, failed } = await counted(run);
    total.passed += passed;
    total.failed += failed;
    lines.push(`${name.padEnd(12)} ${passed} passed, ${failed} failed  (${Math.round((Date.now() - begun) / 1000)} s)`);
  }
  say(`\n${lines.join("\n")}\n`);
  say(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0;
}

async function counted(run) {
  try {
    const { passed, failed } = await run();
    if (passed + failed > 0) return { passed, failed };
    say("It ran no test.");
  } catch (error) {
    say(error instanceof OneLine ? error.message : error.stack);
  }
  return { passed: 0, failed: 1 };
}

async function check(program, args) {
  const { code } = await live(program, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function format() {
  await haveCommand("fmt");
  return check("cargo", ["fmt", "--check"]);
}

async function clippy(...args) {
  await haveCommand("clippy");
  return check("cargo", ["clippy", ...args, "--", "-D", "warnings"]);
}

async function clippyWasm() {
  await haveTarget();
  return clippy("--lib", "--target", TARGET);
}

async function deny() {
  await haveRust();
  return check(await haveTool("cargo-deny", CARGO_DENY, "cargo-deny"), ["check", "licenses", "bans", "sources"]);
}

async function native() {
  await haveRust();
  const { code, text } = await live("cargo", ["test", "--all-features", "--no-fail-fast"]);
  const results = [...text.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)];
  const passed = sum(results.map(([, count]) => count));
  const failed = sum(results.map(([, , count]) => count));
  // What doesn't compile, or aborts, prints no result.
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

async function build() {
  await buildOperator();
  await buildWorker();
  return { passed: 1, failed: 0 };
}

async function endToEnd() {
  await buildWorker();
  await haveOathtool();
  const env = { NIGHTLATCH_TEST_TEMPLATE: await testTemplate(), CHROMIUM: await haveChromium() };
  return nodeTests(["tests/e2e/**/*.test.mjs", "tests/oidf/**/*.test.mjs"], env);
}

async function nodeTests(patterns, env) {
  const files = globSync(patterns, { cwd: ROOT }).sort();
  if (files.length === 0) return { passed: 0, failed: 0 };
  const args = ["--test", `--test-concurrency=${PARALLEL_FILES}`, `--test-timeout=${FILE_LIMIT_MS}`, "--test-reporter=spec", ...files];
  const { code, text } = await live(process.execPath, args, env);
  const count = (what) => Number([...text.matchAll(new RegExp(`^ℹ ${what} (\\d+)$`, "gm"))].at(-1)?.[1] ?? 0);
  const failed = count("fail") + count("cancelled");
  return { passed: count("pass"), failed: code !== 0 && failed === 0 ? 1 : failed };
}

const sum = (counts) => counts.reduce((total, count) => total + Number(count), 0);

/** Runs a program with its output live on the terminal; gives `{code, text}`, the text without colours. */
function live(program, args, env) {
  return new Promise((settle, refuse) => {
    const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    const take = (target) => (chunk) => {
      text += chunk;
      target.write(chunk);
    };
    child.stdout.setEncoding("utf8").on("data", take(process.stdout));
    child.stderr.setEncoding("utf8").on("data", take(process.stderr));
    child.once("error", refuse);
    child.once("close", (code) => settle({ code, text: text.replace(/\u001b\[[0-9;]*m/g, "") }));
  });
}
