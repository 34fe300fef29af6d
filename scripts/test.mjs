/**
 * `npm test`: every suite, one after the other, to the end even where one fails; closes with the line "N passed, N failed".
 * `npm test -- e2e` runs the suites of those names alone. The suites are in `lib/suites.mjs`.
 */

import { prepare } from "./lib/prepare.mjs";
import { main, OneLine } from "./lib/project.mjs";

await main(async () => {
  await prepare();
  const { SUITES, runSuites } = await import("./lib/suites.mjs");
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown) throw new OneLine(`There is no suite "${unknown}": say ${SUITES.map(({ name }) => name).join(", ")}.`);
  const sound = await runSuites(asked.length ? SUITES.filter(({ name }) => asked.includes(name)) : SUITES);
  process.exit(sound ? 0 : 1);
});
