/**
 * `npm run kill -- [--times N]`: kills workerd (SIGKILL) in the middle of a stream of sign-ins, 20 times, and looks after each restart whether
 * everything that was answered still holds and nothing works twice. Ends with code 1 where that isn't so.
 */

import { parseArgs } from "node:util";
import { prepare } from "../scripts/lib/prepare.mjs";
import { main, OneLine, say } from "../scripts/lib/project.mjs";

await main(async () => {
  await prepare();
  const { killAgainAndAgain } = await import("./kill/rounds.mjs");
  const found = await killAgainAndAgain(times(process.argv.slice(2)), { report: say });
  for (const line of found.wrong) say(`Wrong: ${line}`);
  say(`${found.kills} kills, ${found.checked} codes, refresh tokens and sessions checked, ${found.lost} answers lost on their way: ${found.wrong.length} wrong.`);
  process.exit(found.wrong.length ? 1 : 0);
});

function times(args) {
  try {
    const number = Number(parseArgs({ args, options: { times: { type: "string", default: "20" } } }).values.times);
    if (Number.isInteger(number) && number > 0) return number;
  } catch {
    // Said below.
  }
  throw new OneLine("Say: npm run kill -- [--times N], with N from 1");
}
