/**
 * The stage of the attacks: a provider with a few clients, people who sign in on it, and the requests that an attacker sends by hand.
 * Every person has an IP address of their own, so that one attack doesn't spend another's budget.
 */

import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { startNightlatch } from "../../support/harness.mjs";
import { addAuthenticatorApp, signInByCode } from "../../support/person.mjs";

/** A confidential client that needn't use PKCE. */
export const WEB = {
  client_id: "web",
  client_name: "Web shop",
  client_secret: "web-secret-0123456789abcdef0123456789",
  token_endpoint_auth_method: "client_secret_basic",
  require_pkce: false,
  redirect_uris: ["https://shop.example/cb", "https://shop.example/other"],
  post_logout_redirect_uris: ["https://shop.example/bye"],
  scope: "openid profile email offline_access",
};
/** Another confidential client, which may be the attacker's. */
export const RIVAL = {
  client_id: "rival",
  client_name: "Rival",
  client_secret: "rival-secret-0123456789abcdef01234567",
  token_endpoint_auth_method: "client_secret_post",
  require_pkce: false,
  redirect_uris: ["https://rival.example/cb", "https://shop.example/cb"],
  scope: "openid profile email offline_access",
};
/** A public client of a static site. */
export const SPA = {
  client_id: "spa",
  client_name: "Static site",
  token_endpoint_auth_method: "none",
  redirect_uris: ["https://spa.example/"],
  post_logout_redirect_uris: ["https://spa.example/bye"],
  scope: "openid profile email offline_access",
};

/** A running provider with those clients. */
export const startScene = ({ clients = [], ...options } = {}) => startNightlatch({ clients: [WEB, RIVAL, SPA, ...clients], ...options });

let people = 0;

/** A browser with an IP address that nobody else has. */
export function freshBrowser(nightlatch, { headers } = {}) {
  people += 1;
  return nightlatch.browser({ headers: { "cf-connecting-ip": `198.51.${people >> 8}.${people & 255}`, ...headers } });
}

/** An address that nobody else has. */
export const freshAddress = (name = "ann") => `${name}-${randomBytes(6).toString("hex")}@example.org`;

/** Somebody with an authenticator app and ten recovery codes. */
export async function freshHolder(nightlatch) {
  const [browser, address] = [freshBrowser(nightlatch), freshAddress()];
  await signInByCode(nightlatch, browser, await browser.get(`${nightlatch.issuer}/sign-in`), { address });
  return { address, ...(await addAuthenticatorApp(nightlatch, browser)) };
}

/** A PKCE pair. */
export function pkce() {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** The address of an authorization request, and what belongs to it. `change` goes over the parameters; null leaves one out. */
export function authorization(nightlatch, client = SPA, change = {}) {
  const { verifier, challenge } = pkce();
  const parameters = {
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0],
    response_type: "code",
    scope: "openid profile email offline_access",
    state: "state-1",
    nonce: "nonce-1",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...change,
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== null);
  return { url: `${nightlatch.issuer}/authorize?${new URLSearchParams(given)}`, verifier, redirectUri: parameters.redirect_uri };
}

/** From an authorization request, or our own sign-in page, to the page that asks for the code. */
export async function askForCode(nightlatch, { browser = freshBrowser(nightlatch), address = freshAddress(), url } = {}) {
  const first = await browser.get(url ?? `${nightlatch.issuer}/sign-in`);
  const page = await browser.submit(first, { email: address }, { path: "/sign-in" });
  return { browser, address, page };
}

/** A person signs in to a client; gives the way back with its code. */
export async function signIn(nightlatch, { client = SPA, change, browser, address, mailTo } = {}) {
  const asked = authorization(nightlatch, client, change);
  const begun = await askForCode(nightlatch, { browser, address, url: asked.url });
  const { code: typed } = await nightlatch.mail((mailTo ?? begun.address).toLowerCase());
  const back = await begun.browser.submit(begun.page, { code: typed }, { path: "/sign-in/code", stopAt: asked.redirectUri });
  if (!back.location?.startsWith(asked.redirectUri)) throw new Error(`${back.status} at ${back.url}:\n${back.text.slice(0, 2000)}`);
  return { ...begun, ...asked, client, typed, back, code: back.answer.code };
}

/** A code that is six digits and wrong. */
export const wrong = (code) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, "0");

/** How a client proves who it is: `{headers, fields}`. */
export function proof(client) {
  const { client_id, client_secret, token_endpoint_auth_method: method } = client;
  if (method === "none") return { headers: {}, fields: { client_id } };
  if (method === "client_secret_post") return { headers: {}, fields: { client_id, client_secret } };
  return { headers: { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}` }, fields: {} };
}

/** A form that a client posts; gives `{status, headers, text, json}`. */
export async function post(nightlatch, path, client, fields) {
  const { headers, fields: own } = client ? proof(client) : { headers: {}, fields: {} };
  const body = new URLSearchParams(Object.entries({ ...own, ...fields }).filter(([, value]) => value !== null));
  return read(await fetch(`${nightlatch.url}${path}`, { method: "POST", headers, body, redirect: "manual" }));
}

/** Redeems a code as its owner would; `change` goes over the form, null leaves a field out. */
export function redeem(nightlatch, signedIn, { client = signedIn.client, ...change } = {}) {
  const { code, redirectUri, verifier } = signedIn;
  const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier, ...change };
  return post(nightlatch, "/token", client, form);
}

export function refresh(nightlatch, client, token, change = {}) {
  return post(nightlatch, "/token", client, { grant_type: "refresh_token", refresh_token: token, ...change });
}

/** Signs in and redeems; gives the tokens beside the rest. */
export async function signedInTokens(nightlatch, options) {
  const signedIn = await signIn(nightlatch, options);
  const { status, json } = await redeem(nightlatch, signedIn);
  if (status !== 200) throw new Error(`/token answers ${status}: ${JSON.stringify(json)}`);
  return { ...signedIn, tokens: json };
}

export async function userinfo(nightlatch, token) {
  return read(await fetch(`${nightlatch.url}/userinfo`, { headers: { authorization: `Bearer ${token}` } }));
}

async function read(response) {
  const text = await response.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: Object.fromEntries(response.headers), text, json };
}

/** A request to the letter: any method, path, headers and bytes. */
export function raw(nightlatch, { method = "GET", path = "/", headers = {}, body } = {}) {
  return new Promise((settle, refuse) => {
    const options = { method, host: "127.0.0.1", port: nightlatch.runtime.port, path, headers: { host: new URL(nightlatch.issuer).host, ...headers }, agent: false };
    const call = httpRequest(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", refuse);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        settle({ status: response.statusCode, headers: response.headers, rawHeaders: response.rawHeaders, text });
      });
    });
    call.setTimeout(20_000, () => call.destroy(new Error(`${method} ${path} hangs`)));
    call.on("error", refuse);
    call.end(body);
  });
}

/** Octets that no HTTP client would send, straight into the socket; gives all that comes back. */
export function wire(nightlatch, octets) {
  return new Promise((settle, refuse) => {
    const socket = connect(nightlatch.runtime.port, "127.0.0.1", () => socket.write(octets));
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk) => (text += chunk));
    socket.setTimeout(20_000, () => socket.destroy(new Error("the connection hangs")));
    socket.on("end", () => settle(text)).on("close", () => settle(text)).on("error", refuse);
  });
}

/** As many at once as asked. */
export const atOnce = (count, act) => Promise.all(Array.from({ length: count }, (_, index) => act(index)));

/** How often each value occurs. */
export function tally(values) {
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The parts of a JWT: `{header, claims, text}`; and a JWT of such parts. */
export function decode(token) {
  const [header, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  return { header, claims };
}
export const encode = (part) => Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");

/** Waits until the provider's clock, which counts whole seconds, is past this one's. */
export async function secondsPass(seconds) {
  const until = (Math.floor(Date.now() / 1000) + seconds) * 1000 + 50;
  while (Date.now() < until) await new Promise((settle) => setTimeout(settle, until - Date.now()));
}
