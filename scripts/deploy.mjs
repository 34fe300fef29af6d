/**
 * `npm run deploy`: brings Nightlatch to Cloudflare: database, keys, secrets, Worker. `npm run deploy -- --dry-run` does all that needs
 * no account and says what is still to be done. The work is in `lib/deploy.mjs`.
 */

import { prepare } from "./lib/prepare.mjs";
import { main, OneLine } from "./lib/project.mjs";

await main(async () => {
  const args = process.argv.slice(2);
  const wrong = args.find((arg) => arg !== "--dry-run");
  if (wrong) throw new OneLine(`npm run deploy knows no "${wrong}": say "npm run deploy" or "npm run deploy -- --dry-run".`);
  await prepare();
  const { deploy, dryRun } = await import("./lib/deploy.mjs");
  await (args.length ? dryRun(process.env) : deploy(process.env));
});
