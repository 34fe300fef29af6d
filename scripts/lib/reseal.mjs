/**
 * `npm run keys -- reseal`: seals anew, under the current secret, what the previous one sealed: signing keys, authenticator apps' keys, what recovery
 * codes are tagged with. The rules are `operator`'s; this asks it batch by batch, each of which is one transaction, and counts.
 */

import { progress } from "./project.mjs";

/** Does all of it by `carryOut(command, input)`; gives what is shown. May be run again at any time: what is done isn't done twice. */
export async function resealAll(carryOut) {
  await carryOut("keys.add", { keys: [] });
  const sum = { resealed: 0, lost_apps: 0, lost_recovery_codes: 0 };
  let [after, batches] = [null, 0];
  do {
    const shown = await carryOut("keys.reseal", after === null ? {} : { after });
    for (const name of Object.keys(sum)) sum[name] += shown[name];
    [after, batches] = [shown.after, batches + 1];
    if (batches % 10 === 0) progress(`${sum.resealed} sealed anew …`);
  } while (after !== null);
  return { message: verdict(sum), ...sum };
}

/** What a person reads: whether the previous secret is still needed for what lies in the database, and what no secret opens. */
function verdict({ resealed, lost_apps: apps, lost_recovery_codes: codes }) {
  const done = `${resealed} sealed anew: nothing in the database needs the previous secret any more.`;
  if (apps + codes === 0) return done;
  return `${done} Neither secret opens ${apps} authenticator apps and the recovery codes of ${codes} people: they count as wrong, until an older secret is put back as NIGHTLATCH_SECRET_PREVIOUS and this runs again.`;
}
