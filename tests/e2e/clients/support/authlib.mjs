/** Puts Authlib, at the versions of `../authlib/requirements.txt`, into an environment of its own under `.tools/`. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { inProject, lastLine, OneLine, progress, run } from "../../../../scripts/lib/project.mjs";
import { hashOf, Stamp } from "../../../../scripts/lib/stamp.mjs";

const REQUIREMENTS = "tests/e2e/clients/authlib/requirements.txt";
const HELP = 'install it (Debian: "apt-get install python3 python3-venv") and start again.';

/** The path of a Python that has Authlib; refuses with one line that says what is missing. */
export async function pythonWithAuthlib() {
  const version = readFileSync(inProject(REQUIREMENTS), "utf8").match(/^Authlib==(\S+)$/im)[1];
  const folder = inProject(".tools", `authlib-${version}`);
  const python = `${folder}/bin/python`;
  const stamp = new Stamp("authlib");
  const hash = hashOf([REQUIREMENTS]);
  if (stamp.read(hash) && existsSync(python)) return python;
  progress(`Installing Authlib ${version} …`);
  stamp.clear();
  rmSync(folder, { recursive: true, force: true });
  await environment(folder);
  const { code, stderr } = await run(python, ["-m", "pip", "install", "--quiet", "--requirement", inProject(REQUIREMENTS)]);
  if (code !== 0) throw new OneLine(`Authlib could not be installed: ${lastLine(stderr)}`);
  stamp.write(hash, true);
  return python;
}

async function environment(folder) {
  const first = await venv(folder);
  if (first === undefined) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new OneLine(`${first}: ${HELP}`);
  progress("Installing Python …");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "python3", "python3-venv"], { env });
  rmSync(folder, { recursive: true, force: true });
  const second = await venv(folder);
  if (second !== undefined) throw new OneLine(`${second}: ${HELP}`);
}

/** Makes the environment; gives what is missing where it can't be made. */
async function venv(folder) {
  try {
    const { code } = await run("python3", ["-m", "venv", folder]);
    return code === 0 ? undefined : "Python's venv is missing for the test with Authlib";
  } catch {
    return "Python 3 is missing for the test with Authlib";
  }
}
