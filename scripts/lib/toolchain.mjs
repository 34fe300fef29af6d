/**
 * The Rust side's tools: what `rust-toolchain.toml` names by rustup, and pinned programs by `cargo install` into `.tools/<name>-<version>/`.
 * Mostly rustup brings the toolchain by itself; it doesn't where somebody told it not to, or removed a part.
 */

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { inProject, lockedVersion, OneLine, progress, run, WORKER_BUILD } from "./project.mjs";

export const TARGET = "wasm32-unknown-unknown";

/** Puts everything in place that a build of the Worker needs; gives the environment for worker-build. */
export async function workerTools() {
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
  const cargo = await answer("cargo", "--version");
  if (!cargo) throw new OneLine("Rust is missing: install it from https://rustup.rs and start again.");
  if (cargo.code !== 0) await have("The Rust toolchain", () => works("cargo", "--version"));
}

/** Has cargo's command `fmt` or `clippy`. */
export async function haveCommand(command) {
  await haveRust();
  await have(`cargo ${command}`, () => works("cargo", command, "--version"));
}

/** Has what compiles to WebAssembly. */
export async function haveTarget() {
  await haveRust();
  await have(`The Rust target ${TARGET}`, targetIsThere);
}

/** Lets rustup install what `rust-toolchain.toml` names where one part of it isn't there. */
async function have(what, isThere) {
  if (await isThere()) return;
  const install = ["toolchain", "install", ...named()];
  progress(`${what} is missing: adding what rust-toolchain.toml names …`);
  await run("rustup", install, { show: true }).catch(() => undefined);
  if (await isThere()) return;
  throw new OneLine(`${what} is missing: run "rustup ${install.join(" ")}" (or install Rust from https://rustup.rs) and start again.`);
}

/** The toolchain as rustup's arguments. */
function named() {
  const file = readFileSync(inProject("rust-toolchain.toml"), "utf8");
  const valueOf = (key) => file.match(new RegExp(`^${key} = (.+)$`, "m"))[1];
  const list = (key) => JSON.parse(valueOf(key)).join(",");
  return [JSON.parse(valueOf("channel")), "--profile", "minimal", "--component", list("components"), "--target", list("targets"), "--no-self-update"];
}

/** How a program ended; nothing where there is none. */
const answer = (program, ...args) => run(program, args).catch(() => undefined);

const works = async (...command) => (await answer(...command))?.code === 0;

async function targetIsThere() {
  const said = await answer("rustc", "--print", "target-libdir", "--target", TARGET);
  return said?.code === 0 && existsSync(said.stdout.trim());
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
