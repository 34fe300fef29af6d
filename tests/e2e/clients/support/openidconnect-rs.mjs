/** Builds the relying party on the Rust crate `openidconnect`, apart from the product's own crates. */

import { inProject, lastLine, OneLine, run } from "../../../../scripts/lib/project.mjs";

const MANIFEST = "tests/e2e/clients/openidconnect-rs/Cargo.toml";
const TARGET = "target/openidconnect-rs";

/** The path of the program; cargo builds only what has changed. */
export async function openidconnectProgram() {
  const args = ["build", "--quiet", "--locked", "--manifest-path", inProject(MANIFEST), "--target-dir", inProject(TARGET)];
  const { code, stderr } = await run("cargo", args);
  if (code !== 0) throw new OneLine(`The relying party on openidconnect could not be built: ${lastLine(stderr)}`);
  return inProject(TARGET, "debug/openidconnect-client");
}
