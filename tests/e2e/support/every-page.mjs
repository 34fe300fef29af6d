/**
 * A walk past every page that the running Worker shows, in a real browser: each comes up as a person would meet it.
 * The Worker is started with `WALK_SETTINGS` and the clients `WALK_CLIENT` and `WALK_BACKEND`, whose site the walk plays itself.
 */

import { accountPages, crowdedPages, phonePages } from "./walk-account.mjs";
import { secondFactorPages } from "./walk-second-factors.mjs";
import { answered, press, sendAddress } from "./walk-steps.mjs";

const SITE = "https://app.example.test";

/** Few guesses and sends, so that a block comes soon; everything else is wide. */
export const WALK_SETTINGS = {
  otp_cooldown: 0,
  address_sends_per_hour: 2,
  address_guesses_per_hour: 2,
  ip_sends_per_hour: 1000,
  ip_guesses_per_hour: 1000,
  sms: "mailbox",
  ip_texts_per_hour: 1000,
  ip_texts_per_day: 1000,
  passwords: "on",
  throttle_failures: 2,
  argon2_memory_kib: 4096,
  argon2_iterations: 1,
};

/** A client with everything that pages show of one. */
export const WALK_CLIENT = {
  client_id: "shop",
  client_name: "The Example Shop",
  token_endpoint_auth_method: "none",
  client_uri: SITE,
  logo_uri: `${SITE}/logo.svg`,
  policy_uri: `${SITE}/policy`,
  tos_uri: `${SITE}/terms`,
  redirect_uris: [`${SITE}/callback`],
  post_logout_redirect_uris: [SITE],
  grant_types: ["authorization_code"],
  response_types: ["code"],
  scope: "openid email passkeys",
};

/** The same site's backend. */
export const WALK_BACKEND = {
  ...WALK_CLIENT,
  client_id: "shop-backend",
  client_secret: "a-secret-of-the-walk-that-is-long-enough",
  token_endpoint_auth_method: "client_secret_post",
};

/** The verifier of `authorizeUrl`'s challenge (RFC 7636, appendix B). */
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" rx="2" fill="#c2410c"/></svg>';

/** Answers for the client's site, which no network leads to. */
export function playSite(context) {
  return context.route(`${SITE}/**`, (route) => {
    const logo = new URL(route.request().url()).pathname === "/logo.svg";
    return route.fulfill(logo ? { contentType: "image/svg+xml", body: LOGO } : { contentType: "text/html", body: "<!doctype html><title>Shop</title>" });
  });
}

/** Where the client sends a person. */
export function authorizeUrl(issuer, more = {}) {
  const parameters = {
    client_id: WALK_CLIENT.client_id,
    redirect_uri: WALK_CLIENT.redirect_uris[0],
    response_type: "code",
    scope: "openid email",
    state: "s",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...more,
  };
  return `${issuer}/authorize?${new URLSearchParams(parameters)}`;
}

/** The code with which whoever is signed in is sent back to the site: asked for with the page's cookies, since the page itself would go nowhere. */
export async function codeAtSite(page, url) {
  const back = await page.request.get(url, { maxRedirects: 0 });
  return new URL(back.headers().location).searchParams.get("code");
}

/** What the site gets for a code that `authorizeUrl` has led to. */
export async function tokensFor({ url }, code, redirect_uri = WALK_CLIENT.redirect_uris[0]) {
  const form = { grant_type: "authorization_code", code, client_id: WALK_CLIENT.client_id, redirect_uri, code_verifier: VERIFIER };
  return (await fetch(`${url}/token`, { method: "POST", body: new URLSearchParams(form) })).json();
}

/** Yields each page's name while `page` shows it. `person` makes addresses that nobody else in the test uses. */
export async function* everyPage(nightlatch, page, person) {
  const { issuer } = nightlatch;
  const longAddress = `${person}.with.quite.a.long.local.part@subdomain.of.example.org`;
  yield* signedOutPages(issuer, page);
  yield* addressPages(nightlatch, page);
  yield* codePages(nightlatch, page, `${person}@example.org`);
  yield* passwordPages(nightlatch, page, `${person}-with-a-password@example.org`);
  yield* signedInPages(nightlatch, page, longAddress);
  yield* challengePages(nightlatch, page, longAddress);
  yield* passkeyPages(nightlatch, page, `${person}.passkey@example.org`);
  yield* secondFactorPages(nightlatch, page, `${person}.phone@example.org`, longAddress);
  yield* errorPages(issuer, page);
}

async function* signedOutPages(issuer, page) {
  await page.goto(issuer);
  yield "home";
  await page.goto(`${issuer}/signed-out`);
  yield "signed-out";
}

async function* addressPages({ issuer }, page) {
  await page.goto(`${issuer}/sign-in`);
  yield "address of our own";
  await page.goto(authorizeUrl(issuer));
  yield "address";
  await page.locator("form").first().evaluate((form) => (form.noValidate = true));
  await sendAddress(page, "not an address");
  yield "address that is malformed";
}

async function* codePages(nightlatch, page, address) {
  await page.goto(authorizeUrl(nightlatch.issuer));
  await sendAddress(page, address);
  yield "code";
  await answered(page, page.locator("#again").click());
  yield "code once more";
  const [{ code }] = await nightlatch.mailbox(address);
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
  await answered(page, page.locator("#code").fill(wrong));
  yield "code that is wrong";
  while ((await answered(page, page.locator("#code").fill(wrong))) !== 429);
  yield "code that is blocked";
  await page.goto(authorizeUrl(nightlatch.issuer));
  await sendAddress(page, address);
  yield "address that is blocked";
}

async function* passwordPages(nightlatch, page, address) {
  await page.goto(authorizeUrl(nightlatch.issuer));
  await page.locator("input[type=email]").fill(address);
  await answered(page, page.locator('button[formaction="/sign-in/password"]').click());
  yield "password";
  await page.locator("#password").fill("a wrong password");
  await press(page);
  yield "password that is wrong";
  await page.locator("#password").fill("a wrong password");
  await press(page);
  yield "password that is blocked";
  await answered(page, page.locator('button[name="forgot"]').click());
  const [{ code }] = await nightlatch.mailbox(address);
  await answered(page, page.locator("#code").fill(code));
  yield "new password";
  await page.locator("#password").fill("short");
  await press(page);
  yield "new password that is too short";
  await page.locator("#password").fill("a quiet harbour in the morning");
  await page.locator("form button").first().click();
  // The site itself is nowhere: the way there ends in the browser's own page, in whose way nothing else must get.
  await page.waitForURL((url) => url.protocol === "chrome-error:", { waitUntil: "commit" });
  await page.goto(`${nightlatch.issuer}/account/password`);
  yield "password in the account";
  await page.locator("#password").fill("short");
  await press(page);
  yield "password in the account that is too short";
  await page.locator("#password").fill("a quiet harbour in the evening");
  await press(page);
  yield "password in the account that was changed";
}

async function* signedInPages(nightlatch, page, address) {
  const { issuer } = nightlatch;
  await page.goto(`${issuer}/sign-in`);
  await sendAddress(page, address);
  const [{ code }] = await nightlatch.mailbox(address);
  await page.locator("#code").fill(code);
  await page.waitForURL(`${issuer}/`);
  yield "home signed in";
  await page.goto(`${issuer}/dev/mailbox`);
  yield "mailbox";
  yield* phonePages(nightlatch, page);
  yield* accountPages(nightlatch, page);
  yield* crowdedPages(nightlatch, page, address);
  await page.goto(`${issuer}/logout?client_id=${WALK_CLIENT.client_id}`);
  yield "confirm sign-out";
  await press(page);
  yield "signed out of a client";
}

/** What a client's backend asks somebody who isn't signed in to confirm, in words as long as it may choose. */
async function* challengePages(nightlatch, page, address) {
  await page.goto(await beginChallenge(nightlatch, address));
  yield "challenge";
}

/** A challenge for the person of an address, by any factor; gives its URL. */
export async function beginChallenge(nightlatch, address) {
  const { client_id, client_secret } = WALK_BACKEND;
  const { users } = await nightlatch.operate("users.list", { address });
  const action = `Pay 4,000.00 euros to the account ${"AT61".padEnd(60, "0")}`;
  const body = new URLSearchParams({ client_id, client_secret, user: users[0].id, action, redirect_uri: WALK_CLIENT.redirect_uris[0] });
  const response = await fetch(`${nightlatch.url}/challenges`, { method: "POST", body });
  return (await response.json()).url;
}

async function* passkeyPages(nightlatch, page, address) {
  const { issuer, runtime } = nightlatch;
  await page.goto(`${issuer}/sign-in`);
  await sendAddress(page, address);
  // What the script writes there on a device that makes passkeys.
  await page.locator("[name=passkeys]").evaluate((field) => (field.value = "1"));
  const [{ code }] = await nightlatch.mailbox(address);
  await page.locator("#code").fill(code);
  await page.waitForURL(`${issuer}/sign-in/passkey/new?**`);
  yield "passkey that is offered";
  await page.goto(`${issuer}/account/passkeys`);
  yield "passkeys, none";
  await page.goto(await passkeyTicket(nightlatch, page));
  yield "passkey for a client's site";
  await page.goto(`${issuer}/account/apps`);
  yield "connected sites";
  await addPasskeys(runtime, address, 1);
  await page.goto(`${issuer}/account/passkeys`);
  yield "passkeys";
  await addPasskeys(runtime, address, 19);
  await page.goto(`${issuer}/account/passkeys`);
  yield "passkeys, as many as there can be";
  await page.goto(authorizeUrl(issuer, { acr_values: "2" }));
  yield "passkey as second factor";
  await page.context().clearCookies();
}

/** Puts so many passkeys into the database, which no device has. */
function addPasskeys(runtime, address, count) {
  const sql = `WITH RECURSIVE n (n) AS (SELECT ?2 UNION ALL SELECT n - 1 FROM n WHERE n > 1)
    INSERT INTO passkeys (id, user_id, name, algorithm, public_jwk, counter, backup_eligible, backed_up, aaguid, transports, created_at, used_at)
    SELECT substr(user_id, 1, 8) || printf('%02d%02d', ?2, n), user_id, 'My phone', 'ES256', '{}', 0, 1, n % 2, 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd', 'internal', 1763757720, 1763757780
    FROM addresses, n WHERE identity = ?1`;
  return runtime.d1(sql, [address, count]);
}

/** The page that adds a passkey for a client's site, by a ticket for whoever is signed in. */
async function passkeyTicket(nightlatch, page) {
  const code = await codeAtSite(page, authorizeUrl(nightlatch.issuer, { scope: "openid passkeys" }));
  const { access_token: token } = await tokensFor(nightlatch, code);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ return_to: WALK_CLIENT.redirect_uris[0] });
  const ticket = await fetch(`${nightlatch.url}/passkeys/ticket`, { method: "POST", headers, body });
  return (await ticket.json()).url;
}

async function* errorPages(issuer, page) {
  await page.goto(`${issuer}/no-such-page`);
  yield "error not found";
  await page.goto(authorizeUrl(issuer, { client_id: "nobody" }));
  yield "error unknown client";
  await page.goto(authorizeUrl(issuer, { redirect_uri: "https://elsewhere.example.test/" }));
  yield "error redirect URI";
  await page.goto(`${issuer}/sign-in/code?challenge=00000000`);
  yield "error expired";
}
