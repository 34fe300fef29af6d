/**
 * A person before the pages, over HTTP: wherever a client sends them they go, type address and code where they are asked for
 * them, and are sent back. The pages are found by the fields that they ask for, not by their looks.
 */

import assert from "node:assert/strict";
import { AuthenticatorApp } from "./authenticator-app.mjs";

/** Opens what a client asks for and gives the address at which the person is back, at `backAt`. `browser` is an `HttpBrowser`. */
export async function goAndComeBack(nightlatch, browser, url, { address, backAt }) {
  let page = await browser.get(String(url), { stopAt: backAt });
  if (!isBack(page, backAt)) page = await signInByCode(nightlatch, browser, page, { address, backAt });
  if (!isBack(page, backAt)) throw new Error(`not sent back to ${backAt}, but left at ${page.url} (${page.status}): ${page.html.text()}`);
  return page.location;
}

/** From the address page on: asks for a code, reads the mail, types it; gives what comes then, a redirect to `backAt` unfollowed. */
export async function signInByCode(nightlatch, browser, page, { address, backAt }) {
  const before = (await nightlatch.mailbox(address)).length;
  const codePage = await browser.submit(page, { email: address });
  const { code } = await nightlatch.mail(address, { after: before });
  return browser.submit(codePage, { code }, { stopAt: backAt });
}

let numbers = 0;

/** A phone number that nobody has: Ofcom keeps these for films. */
export const freshNumber = () => `+4477009${String((numbers += 1)).padStart(5, "0")}`;

/** Adds an authenticator app on the account's page to whoever is signed in; gives it, and the recovery codes that came with it. */
export async function addAuthenticatorApp(nightlatch, browser) {
  const page = await browser.get(`${nightlatch.issuer}/account/authenticators/add`);
  const app = new AuthenticatorApp(/id="key">([A-Z2-7 ]+)</.exec(page.text)[1]);
  const made = await browser.submit(page, { code: await app.next() }, { path: "/account/authenticators/add" });
  const codes = [...made.text.matchAll(/<li>([0-9A-Z]{5}-[0-9A-Z]{5})</g)].map(([, code]) => code);
  assert.equal(codes.length, 10, made.text);
  return { app, codes };
}

const isBack = (page, backAt) => page.location?.startsWith(backAt) ?? false;
