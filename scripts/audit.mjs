/** `npm run audit`: known vulnerabilities in crates (cargo-deny) and npm packages. Needs the network, so it isn't part of `npm test`. */

import { prepare } from "./lib/prepare.mjs";
import { CARGO_DENY, main, OneLine, run } from "./lib/project.mjs";

await main(async () => {
  await prepare();
  const { haveRust, haveTool } = await import("./lib/toolchain.mjs");
  await haveRust();
  const deny = await haveTool("cargo-deny", CARGO_DENY, "cargo-deny");
  const crates = await run(deny, ["check", "advisories"], { show: true });
  const packages = await run("npm", ["audit"], { show: true });
  const failed = [crates.code !== 0 && "cargo deny check advisories", packages.code !== 0 && "npm audit"].filter(Boolean);
  if (failed.length) throw new OneLine(`${failed.join(" and ")} found something or couldn't reach its database: see above.`);
});
