/**
 * What must be there before any other script can be loaded: the npm packages of the lock file, and a Node that wrangler accepts.
 * On an older Node the script starts itself again with the one from npm. Uses Node's own modules alone.
 */

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { inProject, OneLine, progress, run } from "./project.mjs";

const NEEDED = [22, 12];
const NODE = inProject("node_modules/node/bin/node");

/** Installs what is missing; comes back only in a Node that is new enough. */
export async function prepare() {
  if (!packagesMatch()) await installPackages();
  if (isNewEnough(process.versions.node)) return;
  if (!existsSync(NODE)) {
    // Some npm configurations skip install scripts; asking for this one by name runs it.
    await npm(["rebuild", "node"]);
  }
  if (!existsSync(NODE)) {
    throw new OneLine(`Node ${process.versions.node} is too old and npm's "node" package didn't install: use Node ${NEEDED.join(".")} or newer.`);
  }
  await again();
}

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** Whether node_modules holds the lock file's versions; what another platform needs may be absent. */
function packagesMatch() {
  const installed = readLock("node_modules/.package-lock.json");
  if (!installed) return false;
  return Object.entries(readLock("package-lock.json") ?? {}).every(
    ([path, entry]) => path === "" || entry.version === installed[path]?.version || (entry.optional && !installed[path]),
  );
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(inProject(path), "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function installPackages() {
  progress("Installing the npm packages …");
  const { code } = await npm(["ci", "--loglevel=error", "--no-audit", "--no-fund"]);
  if (code !== 0) throw new OneLine('The npm packages could not be installed: see above, then run "npm ci" and start again.');
}

function npm(args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith("npm-cli.js") ? run(process.execPath, [cli, ...args], { show: true }) : run("npm", args, { show: true });
}

/** Runs this very script with npm's Node and ends with its exit code. */
function again() {
  return new Promise(() => {
    const child = spawn(NODE, [...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit" });
    // Ctrl-C reaches the child from the terminal as well as from here: it must bear a signal twice.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.once("close", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
  });
}
