/** The pages of an account that has nothing special, and those of one that has much. */

import { freshNumber } from "./person.mjs";
import { answered, press } from "./walk-steps.mjs";

/** Of somebody who adds their first number. */
export async function* phonePages(nightlatch, page) {
  const number = freshNumber();
  await page.goto(`${nightlatch.issuer}/account/phones`);
  yield "account phones, none";
  await sendNumber(page, "no number");
  yield "phone that is malformed";
  await sendNumber(page, number);
  yield "code by text message";
  const [{ code }] = await nightlatch.mailbox(number);
  await answered(page, page.locator("#code").fill(code));
  yield "account phones";
}

async function sendNumber(page, number) {
  await page.locator("input[type=tel]").fill(number);
  await answered(page, page.locator("form:has(input[type=tel]) button").click());
}

/** Of somebody who has just signed in for the first time. */
export async function* accountPages({ issuer }, page) {
  for (const name of ["", "/profile", "/addresses", "/sessions", "/apps", "/password", "/activity", "/delete"]) {
    await page.goto(`${issuer}/account${name}`);
    yield `account${name.replace("/", " ")}`;
  }
  await page.locator("#address").fill("something else");
  await press(page);
  yield "account delete mistyped";
  await page.goto(`${issuer}/account/deleted`);
  yield "account deleted";
  await page.goto(`${issuer}/account/profile`);
  await page.locator("#website").fill("not an address");
  await press(page);
  yield "account profile with a mistake";
  await page.locator("#website").fill("https://ann.example/");
  await page.locator("#name").fill("Ann Archer");
  await press(page);
  yield "account profile saved";
}

/** The same account with more addresses, numbers and browsers than one. */
export async function* crowdedPages({ issuer, runtime }, page, address) {
  const other = `INSERT INTO addresses (identity, user_id, typed, position, verified_at)
    SELECT 'other.' || identity, user_id, 'other.' || typed, 1, 1763757720 FROM addresses WHERE identity = ?1`;
  await runtime.d1(other, [address]);
  const browsers = `WITH browsers (id, agent, place) AS (VALUES
      ('ffffffff' || ?2, 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1', 'Llanfairpwllgwyngyll, GB'),
      ('fffffffe' || ?2, 'curl/8.9', ''))
    INSERT INTO sessions (id, user_id, auth_time, amr, acr, user_agent, place, created_at, seen_at)
    SELECT browsers.id, user_id, 1763757720, 'pwd otp mfa', '2', agent, place, 1763757720, unixepoch() FROM addresses, browsers WHERE identity = ?1`;
  await runtime.d1(browsers, [address, Buffer.from(address).toString("hex").slice(0, 22).padEnd(22, "0")]);
  const number = "INSERT INTO phones (number, user_id, verified_at) SELECT ?2, user_id, 1763757720 FROM addresses WHERE identity = ?1";
  await runtime.d1(number, [address, freshNumber()]);
  for (const name of ["", "/addresses", "/phones", "/sessions"]) {
    await page.goto(`${issuer}/account${name}`);
    yield `account${name.replace("/", " ")} with more than one`;
  }
  await press(page, "main > form button");
  yield "account sessions ended";
  await page.goto(`${issuer}/account/addresses`);
  await page.locator("#email").fill(address);
  await press(page, "main > form button");
  yield "account addresses with a mistake";
  await page.goto(`${issuer}/account/activity`);
  yield "account activity after changes";
}
