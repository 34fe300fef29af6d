/**
 * The Rust side's tools: the wasm target by rustup, and pinned programs by `cargo install` into `.tools/<name>-<version>/`.
 */

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { inProject, lastLine, lockedVersion, OneLine, progress, run, WORKER_BUILD } from "./project.mjs";

const TARGET = "wasm32-unknown-unknown";

/** Puts everything in place that a build of the Worker needs; gives the environment for worker-build. */
export async function workerTools() {
  await haveRust();
  await haveTarget();
  // Without --locked: its own lock file is older than what its published dependencies need.
  const bindgen = await haveTool("wasm-bindgen-cli", lockedVersion("wasm-bindgen"), "wasm-bindgen");
  const build = await haveTool("worker-build", WORKER_BUILD, "worker-build");
  return {
    program: build,
    env: {
      WASM_BINDGEN_BIN: bindgen,
      ESBUILD_BIN: inProject("node_modules/.bin/esbuild"),
      WASM_OPT_BIN: inProject("node_modules/.bin/wasm-opt"),
      // The module names crates' files in its panics: by their place among cargo's sources, not by where those lie on this machine.
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: `--remap-path-prefix=${join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry", "src")}/=`,
    },
  };
}

/** Stops with one line where there is no Rust. */
export async function haveRust() {
  const found = await run("cargo", ["--version"]).catch(() => undefined);
  if (found === undefined) throw new OneLine("Rust is missing: install it from https://rustup.rs and start again.");
  if (found.code !== 0) throw new OneLine(`cargo doesn't run: ${lastLine(found.stderr)}`);
}

async function haveTarget() {
  if (await targetIsThere()) return;
  progress(`Adding the Rust target ${TARGET} …`);
  await run("rustup", ["target", "add", TARGET], { show: true }).catch(() => undefined);
  if (await targetIsThere()) return;
  throw new OneLine(`The Rust target ${TARGET} is missing: run "rustup target add ${TARGET}" (or install Rust from https://rustup.rs) and start again.`);
}

async function targetIsThere() {
  const { code, stdout } = await run("rustc", ["--print", "target-libdir", "--target", TARGET]).catch(() => ({ code: 1 }));
  return code === 0 && existsSync(stdout.trim());
}

/** The path of a pinned program, installed first where it is missing. */
export async function haveTool(crate, version, program) {
  const folder = inProject(".tools", `${crate}-${version}`);
  const path = `${folder}/bin/${program}${process.platform === "win32" ? ".exe" : ""}`;
  if (existsSync(path)) return path;
  progress(`Installing ${crate} ${version} (some minutes, once) …`);
  const { code } = await run("cargo", ["install", crate, "--version", `=${version}`, "--root", folder, "--no-track"], { show: true });
  if (code !== 0 || !existsSync(path)) throw new OneLine(`${crate} ${version} could not be installed: see cargo's words above.`);
  return path;
}
