/** `npm start`: sets up whatever is missing, then serves Nightlatch and the demo site. The work is in `lib/start.mjs`. */

import { prepare } from "./lib/prepare.mjs";
import { main } from "./lib/project.mjs";

await main(async () => {
  await prepare();
  const { start } = await import("./lib/start.mjs");
  await start(process.env);
});
