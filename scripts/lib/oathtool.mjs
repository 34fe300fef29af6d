/** Finds oathtool, the authenticator app that the tests hold ours against; as root on Debian it is installed where there is none. */

import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";
import { say } from "./project.mjs";

const PLACES = ["/usr/bin/oathtool", "/usr/local/bin/oathtool", "/opt/homebrew/bin/oathtool"];

/** The path of oathtool, if there is one. */
export const findOathtool = () => [process.env.OATHTOOL, ...PLACES].find((path) => path && existsSync(path));

/** Installs it where that is possible; else says in one line what isn't tested. */
export async function haveOathtool() {
  if (findOathtool()) return;
  await aptInstall("oathtool").catch(() => false);
  if (!findOathtool()) say('oathtool is missing: authenticator apps are tested against our own reckoning alone (Debian: "apt-get install oathtool").');
}
