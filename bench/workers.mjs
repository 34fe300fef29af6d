/** The four Workers that the bench runs, as Miniflare configs: Nightlatch itself, the recording one, and two empty ones. */

import { readFileSync } from "node:fs";
import { readWranglerConfig, storageBindings, workerConfig } from "../scripts/lib/bindings.mjs";
import { inProject } from "../scripts/lib/project.mjs";

const source = (name) => ({ type: "esm", contents: readFileSync(inProject("bench/workers", name), "utf8") });

/** The built Worker as it is deployed. */
export const nightlatch = (vars) => workerConfig({ build: inProject("build"), vars, assets: false });

/** The same behind `record.js`. */
export function recording(vars) {
  const config = nightlatch(vars);
  const modules = { ...config.manifest.modules, "record.js": source("record.js") };
  return { ...config, manifest: { ...config.manifest, mainModule: "record.js", modules } };
}

/** The Worker that answers at once. */
export const empty = () => bare("empty.js", { "empty.js": source("empty.js") });

/** The Worker that plays a tape. */
export function limit(tape) {
  const contents = `export default ${JSON.stringify(JSON.stringify(tape))};`;
  return bare("limit.js", { "limit.js": source("limit.js"), "tape.js": { type: "esm", contents } });
}

function bare(mainModule, modules) {
  const wrangler = readWranglerConfig();
  return {
    name: wrangler.name,
    compatibilityDate: wrangler.compatibility_date,
    compatibilityFlags: wrangler.compatibility_flags ?? [],
    manifest: { mainModule, modulesRoot: "/", modules },
    env: storageBindings(wrangler),
  };
}
