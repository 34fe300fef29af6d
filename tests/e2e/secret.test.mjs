/** The Worker's secret changes twice, as docs/operating.md says, on real D1: whoever has an authenticator app and recovery codes keeps both. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { localState, operate } from "../../scripts/lib/operator.mjs";
import { resealAll } from "../../scripts/lib/reseal.mjs";
import { newSecret } from "../../scripts/lib/settings.mjs";
import { freshBrowser, freshHolder, startScene } from "./attacks/support/scene.mjs";
import { signInByCode } from "./support/person.mjs";

describe("a change of the Worker's secret", { timeout: 240_000 }, () => {
  const settings = { otp_cooldown: 0, address_sends_per_hour: 100, address_sends_per_day: 100 };
  const secrets = [newSecret(), newSecret(), newSecret()];
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings, vars: { NIGHTLATCH_SECRET: secrets[0] } })));
  after(() => nightlatch?.stop());

  /** The Worker under that secret, with the one before beside it. */
  const varsOf = (year) => ({ ...nightlatch.vars, NIGHTLATCH_SECRET: secrets[year], NIGHTLATCH_SECRET_PREVIOUS: secrets[year - 1] });
  const change = (year) => nightlatch.runtime.reload({ vars: varsOf(year) });
  /** `npm run keys -- reseal`. */
  const reseal = (year) => resealAll((command, input) => operate(localState(nightlatch.runtime), { command, input, environment: varsOf(year) }));

  async function signIn({ address }, by, fields) {
    const browser = freshBrowser(nightlatch);
    const asked = await signInByCode(nightlatch, browser, await browser.get(`${nightlatch.issuer}/sign-in`), { address });
    const page = by === "recovery_code" ? await browser.get(`${asked.url}&by=recovery_code`) : asked;
    return browser.submit(page, fields, { path: "/sign-in/second", stopAt: "" });
  }

  test("with `keys -- reseal` between, two changes void neither app nor recovery codes", async () => {
    const [ann, bob] = [await freshHolder(nightlatch), await freshHolder(nightlatch)];
    await change(1);
    const done = await reseal(1);
    assert.deepEqual([done.resealed, done.lost_apps, done.lost_recovery_codes], [4, 0, 0]);
    assert.equal((await reseal(1)).resealed, 0, "what is done isn't done twice");
    await change(2);
    assert.equal((await signIn(ann, "app", { authenticator_code: await ann.app.next() })).status, 303);
    assert.equal((await signIn(bob, "recovery_code", { recovery_code: bob.codes[3] })).status, 303);
    assert.equal((await fetch(`${nightlatch.url}/health`)).status, 200, "keys that sign can be opened");
    assert.equal((await reseal(2)).resealed, 2, "those who have signed in are done: her app, and his recovery codes");
  });
});
