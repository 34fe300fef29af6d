/** What goes over the wire before anybody signs in: the module, the login page, the browser module. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { inProject } from "../scripts/lib/project.mjs";
import { largestFunctionBytes } from "./wasm.mjs";

/** By `gzip -9`, as anybody can repeat it; Node's own zlib is made for speed and comes out some 2 % larger. It stands in where there is no gzip. */
function gzipped(bytes) {
  const { status, stdout } = spawnSync("gzip", ["-9", "-n", "-c"], { input: bytes, maxBuffer: 1 << 28 });
  return status === 0 ? stdout.length : gzipSync(bytes, { level: 9 }).length;
}

/** The sizes of the built module and the browser module, and of a login page as it was answered. */
export function sizes(loginPage) {
  const module = readFileSync(inProject("build/index_bg.wasm"));
  return {
    module: { raw_bytes: module.length, gzip_bytes: gzipped(module), largest_function_bytes: largestFunctionBytes(module) },
    login_page: { gzip_bytes: gzipped(loginPage) },
    sdk: { gzip_bytes: gzipped(readFileSync(inProject("www/assets/nightlatch.js"))) },
  };
}
