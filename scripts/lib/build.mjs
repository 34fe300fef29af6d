/**
 * Builds the Worker (`build/`, by worker-build), the browser module (`www/assets/nightlatch.js`) and the native `operator` command,
 * each only where its sources have changed.
 */

import { copyFileSync, existsSync, renameSync } from "node:fs";
import { buildSdk } from "../build-sdk.mjs";
import { inProject, lastLine, lockedVersion, OneLine, progress, run, WORKER_BUILD } from "./project.mjs";
import { hashOf, Stamp } from "./stamp.mjs";
import { haveRust, workerTools } from "./toolchain.mjs";

/** What the Worker's module is made from. */
export const SOURCES = ["src", "www/pages", "www/mail", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "askama.toml", "build.rs"];
/** What the browser module is made from. */
export const SDK_SOURCES = ["www/sdk", "scripts/build-sdk.mjs", "package-lock.json"];
/** How worker-build is called. */
const BUILD = ["--release", "--no-opt"];
/** Classes of the crate `worker` that nobody here calls, and that would stay in the module because it exports them. */
const UNUSED = ["containerstartupoptions", "intounderlying", "minifyconfig", "r2range"];
/**
 * How the module is optimized: in one pass of our own, since worker-build's passes first make it larger. rustc has made it small (Cargo.toml); what
 * the exports above free goes into speed. All features: those that rustc's own target has are on in workerd, too. At last what is called
 * most often comes first, for the numbers by which it is called are shorter there. What is called from several places is written into each of them only
 * where it is tiny: V8 does that itself with what turns out to be called often.
 */
const REMOVED = UNUSED.map((name) => `--remove-exports=*${name}*`);
const INLINED = "--flexible-inline-max-function-size=3";
const OPTIMIZE = ["--all-features", ...REMOVED, "-O3", INLINED, "--reorder-functions", "--strip-debug", "--strip-producers"];

/**
 * Makes `build/` and the browser module where they aren't current; gives whether anything was made.
 * Refuses with one line; cargo's own words go to the terminal.
 */
export async function buildWorker() {
  const module = await buildBrowserModule();
  return (await buildModule()) || module;
}

async function buildModule() {
  const stamp = new Stamp("worker");
  const hash = hashOf(SOURCES, WORKER_BUILD, lockedVersion("wasm-bindgen"), ...BUILD, ...OPTIMIZE);
  if (stamp.read(hash) && existsSync(inProject("build/entry.js"))) return false;
  const tools = await workerTools();
  progress("Building the Worker …");
  stamp.clear();
  const { code } = await run(tools.program, BUILD, { env: { ...tools.env, RUST_BACKTRACE: "0" }, show: true });
  if (code !== 0) throw new OneLine("The Worker could not be built: see the compiler's words above.");
  await optimize(tools.env.WASM_OPT_BIN);
  copyFileSync(inProject("src/cloudflare/entry.js"), inProject("build/entry.js"));
  stamp.write(hash, true);
  return true;
}

/** Optimizes the module and takes out the functions' names and what nobody calls. */
async function optimize(program) {
  const module = inProject("build/index_bg.wasm");
  const optimized = `${module}.optimized`;
  const { code, stderr } = await run(program, [module, "-o", optimized, ...OPTIMIZE]);
  if (code !== 0) throw new OneLine(`The Worker's module could not be optimized: ${lastLine(stderr)}`);
  renameSync(optimized, module);
}

async function buildBrowserModule() {
  const stamp = new Stamp("sdk");
  const hash = hashOf(SDK_SOURCES);
  if (stamp.read(hash) && existsSync(inProject("www/assets/nightlatch-passkeys.js"))) return false;
  await buildSdk();
  stamp.write(hash, true);
  return true;
}

/** The path of the `operator` command, built where it isn't current. */
export async function buildOperator() {
  const stamp = new Stamp("operator");
  const hash = hashOf(SOURCES);
  const kept = stamp.read(hash);
  if (kept && existsSync(kept)) return kept;
  await haveRust();
  progress("Building the operator command …");
  const args = ["build", "--bin", "operator", "--features", "operator", "--message-format", "json-render-diagnostics"];
  const { code, stdout } = await run("cargo", args, { show: "stderr" });
  if (code !== 0) throw new OneLine("The operator command could not be built: see the compiler's words above.");
  const path = executableIn(stdout);
  stamp.write(hash, path);
  return path;
}

function executableIn(messages) {
  const line = messages.split("\n").findLast((text) => text.includes('"executable":"'));
  if (!line) throw new OneLine("cargo built no operator command: is its [[bin]] in Cargo.toml?");
  return JSON.parse(line).executable;
}
