/** The pages of authenticator apps, recovery codes and trusted browsers: in the account, at a sign-in, and as full and as empty as they can be. */

import { AuthenticatorApp } from "./authenticator-app.mjs";
import { beginChallenge } from "./every-page.mjs";
import { answered, press, typeCode } from "./walk-steps.mjs";

/** Of somebody new, who gets an app, uses it, and loses what it came with; `other` is the address of somebody else. */
export async function* secondFactorPages(nightlatch, page, address, other) {
  const { issuer, runtime } = nightlatch;
  const people = "(SELECT user_id FROM addresses WHERE identity = ?1)";
  await page.goto(`${issuer}/sign-in`);
  await typeCode(nightlatch, page, address, `${issuer}/`);
  const app = yield* addingAnApp(issuer, page);
  yield* recoveryCodes(nightlatch, page, `DELETE FROM recovery_codes WHERE user_id = ${people}`, address);
  await page.goto(`${issuer}/account/browsers`);
  yield "trusted browsers, none";
  await page.goto(`${issuer}/account/delete`);
  yield "account confirm";
  await page.goto(await beginChallenge(nightlatch, address));
  yield "challenge of somebody signed in";
  await page.goto(await beginChallenge(nightlatch, other));
  yield "error somebody else";

  await signOut(issuer, page);
  await page.goto(`${issuer}/sign-in`);
  await typeCode(nightlatch, page, address, `${issuer}/sign-in/second?**`);
  yield* askedForTheApp(page, app);
  await page.goto(`${issuer}/account`);
  yield "account with second factors";
  await page.goto(`${issuer}/account/browsers`);
  yield "trusted browsers";
  await press(page);
  yield "trusted browsers, forgotten";
  await page.goto(`${issuer}/account/recovery-codes`);
  await press(page);
  yield "recovery codes made anew";

  const more = `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 9)
    INSERT INTO authenticators (user_id, id, name, sealed_key, last_step, created_at, used_at)
    SELECT ${people}, 'AAAAAAAAAAAAAAAAAAAAA' || n, 'The phone that I use at work and on the way there, no. ' || n, '', 0, 1763757720, NULL FROM n`;
  await runtime.d1(more, [address]);
  await page.goto(`${issuer}/account/authenticators`);
  yield "authenticator apps, as many as there can be";
  await press(page);
  yield "authenticator app that was removed";
  const passkey = `INSERT INTO passkeys (id, user_id, name, algorithm, public_jwk, counter, backup_eligible, backed_up, aaguid, transports, created_at)
    SELECT substr(user_id, 1, 12), user_id, 'A key', 'ES256', '{}', 0, 0, 0, '', '', 1763757720 FROM addresses WHERE identity = ?1`;
  await runtime.d1(passkey, [address]);
  await signOut(issuer, page);
  await page.goto(`${issuer}/sign-in`);
  await typeCode(nightlatch, page, address, `${issuer}/sign-in/second?**`);
  yield "second factor, an app or a passkey";
  await page.context().clearCookies();
}

/** The browser still knows the address afterwards, and has a lane of its own. */
async function signOut(issuer, page) {
  await page.goto(issuer);
  await press(page);
}

async function* addingAnApp(issuer, page) {
  await page.goto(`${issuer}/account/authenticators`);
  yield "authenticator apps, none";
  await page.goto(`${issuer}/account/recovery-codes`);
  yield "recovery codes, of no use yet";
  await page.goto(`${issuer}/account/authenticators/add`);
  yield "authenticator app to be added";
  await page.locator("#name").fill("My phone");
  await page.locator("#code").fill("1");
  await press(page);
  yield "authenticator app whose code is wrong";
  const app = new AuthenticatorApp(await page.locator("#key").textContent());
  await page.locator("#code").fill(await app.next());
  await press(page);
  yield "recovery codes that are shown once";
  await page.goto(`${issuer}/account/authenticators`);
  yield "authenticator apps";
  return app;
}

async function* recoveryCodes({ issuer, runtime }, page, removal, address) {
  await page.goto(`${issuer}/account/recovery-codes`);
  yield "recovery codes";
  await runtime.d1(`${removal} AND hash NOT IN (SELECT hash FROM recovery_codes ORDER BY hash LIMIT 2)`, [address]);
  await page.goto(`${issuer}/account/recovery-codes`);
  yield "recovery codes, few left";
  await runtime.d1(removal, [address]);
  await page.goto(`${issuer}/account/recovery-codes`);
  yield "recovery codes, none left";
  const one = `INSERT INTO recovery_codes (user_id, hash, created_at) SELECT user_id, 'none', 0 FROM addresses WHERE identity = ?1`;
  await runtime.d1(one, [address]);
}

async function* askedForTheApp(page, app) {
  yield "second factor";
  const asked = page.url();
  await page.locator("#code").fill("1");
  await press(page);
  yield "second factor that is wrong";
  await page.goto(`${asked}&by=recovery_code`);
  yield "recovery code at a sign-in";
  for (const name of ["that is wrong", "that is blocked"]) {
    await page.locator("#code").fill("AAAAA-AAAAA");
    await press(page);
    yield `recovery code at a sign-in ${name}`;
  }
  await page.goto(asked);
  await page.locator("input[name=trust]").first().check();
  await page.locator("#code").fill(await app.next());
  await answered(page, page.locator("main form button").first().click());
}
