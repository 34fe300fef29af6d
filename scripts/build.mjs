/** `npm run build` and wrangler's build command: makes `build/`, the Worker as it is deployed, where anything has changed. */

import { prepare } from "./lib/prepare.mjs";
import { main } from "./lib/project.mjs";

await main(async () => {
  await prepare();
  const { buildWorker } = await import("./lib/build.mjs");
  await buildWorker();
});
