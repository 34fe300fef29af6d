/**
 * What `wrangler.toml` says of the Worker, in the words of Miniflare: modules, D1, KV, assets, mail binding.
 * Leaves out the settings (`[vars]`), which the caller chooses.
 */

import { readdirSync, readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { inProject } from "./project.mjs";

/** `wrangler.toml`, parsed. */
export const readWranglerConfig = () => parse(readFileSync(inProject("wrangler.toml"), "utf8"));

/** The `config` of a Miniflare worker. `build` is the folder with `entry.js` and its WebAssembly; `bindings` go over those of the file. */
export function workerConfig({ build, vars, assets, bindings = {} }) {
  const wrangler = readWranglerConfig();
  const config = {
    name: wrangler.name,
    compatibilityDate: wrangler.compatibility_date,
    compatibilityFlags: wrangler.compatibility_flags ?? [],
    manifest: { mainModule: "entry.js", modulesRoot: build, modules: modulesIn(build) },
    env: { ...storageBindings(wrangler), ...textBindings(vars) },
  };
  for (const { name } of wrangler.send_email ?? []) config.env[name] = { type: "send-email" };
  Object.assign(config.env, bindings);
  if (assets && wrangler.assets) {
    config.assets = {
      directory: inProject(wrangler.assets.directory),
      hasUserWorker: true,
      htmlHandling: wrangler.assets.html_handling,
      notFoundHandling: wrangler.assets.not_found_handling,
    };
  }
  return config;
}

/** D1 and KV under the names of their bindings, so that local state doesn't depend on ids of production. */
export function storageBindings(wrangler = readWranglerConfig()) {
  const env = {};
  for (const { binding } of wrangler.d1_databases ?? []) env[binding] = { type: "d1", id: binding };
  for (const { binding } of wrangler.kv_namespaces ?? []) env[binding] = { type: "kv", id: binding };
  return env;
}

function textBindings(vars) {
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, { type: "text", value: String(value) }]));
}

function modulesIn(build) {
  const modules = {};
  for (const name of readdirSync(build)) {
    if (name.endsWith(".js")) modules[name] = { type: "esm", contents: readFileSync(`${build}/${name}`, "utf8") };
    if (name.endsWith(".wasm")) modules[name] = { type: "wasm", contents: new Uint8Array(readFileSync(`${build}/${name}`)) };
  }
  return modules;
}
