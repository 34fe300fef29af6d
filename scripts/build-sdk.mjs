/**
 * Builds the browser modules: `www/sdk/` and oauth4webapi into one minified file, `www/assets/nightlatch.js`; and `nightlatch-passkeys.js` beside it, for
 * the pages that add passkeys.
 * Refuses a build of 10 KB or more, compressed. Runs alone (`node scripts/build-sdk.mjs`) or by import.
 */

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LIMIT = 10_000;

/** Where oauth4webapi has two ways by what the browser offers, the one that every browser has. */
const ONE_WAY = Object.fromEntries(
  ["Uint8Array.prototype.toBase64", "Uint8Array.fromBase64", "URL.parse", "Error.captureStackTrace"].map((way) => [way, "undefined"]),
);

/** Gives `{file, bytes, gzipBytes}` of nightlatch.js. */
export async function buildSdk() {
  await buildModule("passkeys.js", "nightlatch-passkeys.js");
  return buildModule("nightlatch.js", "nightlatch.js");
}

async function buildModule(source, name) {
  const file = join(ROOT, "www/assets", name);
  await build({
    entryPoints: [join(ROOT, "www/sdk", source)],
    outfile: file,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    define: ONE_WAY,
    legalComments: "none",
    banner: { js: "// Nightlatch. Licences: nightlatch.LICENSE.txt" },
    logLevel: "warning",
  });
  await writeFile(join(ROOT, "www/assets/nightlatch.LICENSE.txt"), await licences());
  const code = await readFile(file);
  const gzipBytes = gzipSync(code, { level: 9 }).length;
  if (gzipBytes >= LIMIT) {
    throw new Error(`${name} has ${gzipBytes} bytes compressed; ${LIMIT - 1} is the limit`);
  }
  return { file, bytes: code.length, gzipBytes };
}

/** oauth4webapi's MIT licence asks for its text beside every copy. */
async function licences() {
  const library = dirname(dirname(createRequire(import.meta.url).resolve("oauth4webapi")));
  return `nightlatch.js contains oauth4webapi:\n\n${await readFile(join(library, "LICENSE.md"), "utf8")}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { bytes, gzipBytes } = await buildSdk();
  console.log(`www/assets/nightlatch.js: ${bytes} bytes, ${gzipBytes} compressed`);
}
