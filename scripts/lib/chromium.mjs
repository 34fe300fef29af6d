/** Finds a Chromium for the browser tests: `CHROMIUM`, or where systems put it; as root on Debian it is installed where there is none. */

import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";
import { OneLine } from "./project.mjs";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of a Chromium; refuses with one line that says how to get it. */
export async function haveChromium() {
  const found = findChromium() ?? (await installed());
  if (found) return found;
  throw new OneLine('Chromium is missing for the browser tests: install it (Debian: "apt-get install chromium") or set CHROMIUM to its path.');
}

/** The path of a Chromium, if there is one. */
export const findChromium = () => [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path));

async function installed() {
  return (await aptInstall("chromium")) ? findChromium() : undefined;
}
