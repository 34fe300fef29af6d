/**
 * The demo site on a port of its own, and a person who signs in on it. The provider's pages are found by what they
 * promise to browsers (`autocomplete`), not by their looks.
 */

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { browser, startNightlatch } from "./harness.mjs";

const DEMO = new URL("../../../www/demo/", import.meta.url);
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json" };

/** Serves `www/demo/`; `/config.json` is `site.config`, to be set once the provider runs, more pages are in `site.pages`. */
export async function startDemoSite() {
  const site = { config: {}, pages: {} };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://demo");
    const name = pathname.endsWith("/") ? "index.html" : pathname.slice(1);
    try {
      const made = name === "config.json" ? JSON.stringify(site.config) : site.pages[name];
      const body = made ?? (await readFile(new URL(name, DEMO)));
      response.writeHead(200, { "content-type": TYPES[extname(name)], "cache-control": "no-store" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  site.url = `http://localhost:${server.address().port}/`;
  site.stop = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return site;
}

/** `{site, nightlatch, chromium, stop}`: the demo site, its provider and Chromium. What has begun ends where the rest can't. */
export async function startDemo({ settings }) {
  const begun = { site: await startDemoSite() };
  begun.stop = async () => {
    await begun.chromium?.close();
    await begun.nightlatch?.stop();
    await begun.site.stop();
  };
  try {
    begun.nightlatch = await startNightlatch({ clients: [demoClient(begun.site.url)], settings });
    begun.site.config = { issuer: begun.nightlatch.url, client_id: "demo" };
    begun.chromium = await browser();
    return begun;
  } catch (error) {
    await begun.stop();
    throw error;
  }
}

/** Metadata of a public client at `url`, as the demo's. */
export function demoClient(url) {
  return {
    client_id: "demo",
    client_name: "Demo site",
    token_endpoint_auth_method: "none",
    redirect_uris: [url],
    post_logout_redirect_uris: [url],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    scope: "openid profile email offline_access passkeys",
  };
}

/** From the site's button to the site again: address, code out of the mailbox, back, until `back` is done. */
export async function signIn(page, nightlatch, address, back = () => signedIn(page)) {
  await page.getByRole("button", { name: "Sign in" }).click();
  const email = page.locator("input[type=email]");
  await email.fill(address);
  await email.press("Enter");
  const code = page.locator("input[autocomplete='one-time-code']");
  await code.waitFor();
  const [mail] = await nightlatch.mailbox(address);
  // The page sends itself once the code is whole.
  await code.fill(mail.code);
  await back();
}

/** Waits until the demo shows a signed-in person. */
export function signedIn(page) {
  return page.getByText("You are signed in.").waitFor();
}

/** Waits until the demo shows that nobody is signed in. */
export function signedOut(page) {
  return page.getByText("You are not signed in.").waitFor();
}

/** By the site's button to the provider and back again: the demo shows that nobody is signed in before it goes there. */
export async function signOut(page) {
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === "/logout");
  const back = page.waitForEvent("framenavigated");
  await page.getByRole("button", { name: "Sign out" }).click();
  await Promise.all([answered, back]);
  await signedOut(page);
}

/** The claim that the demo shows. */
export function claim(page, name) {
  return page.locator(`[data-claim=${name}]`).textContent();
}
