/** What the tests need of Debian, installed where this may be done: as root. */

import { existsSync } from "node:fs";
import { progress, run } from "./project.mjs";

/** Installs a package; gives whether it tried to. */
export async function aptInstall(name) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  progress(`Installing ${name} …`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env, show: true });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], { env, show: true });
  return true;
}
