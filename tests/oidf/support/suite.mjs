/**
 * A plan of conformance modules: a provider, the clients that modules speak as, and people with browsers.
 * Each module is one test under the module's own name.
 */

import { createHash, randomBytes } from "node:crypto";
import { startNightlatch } from "../../e2e/support/harness.mjs";
import { checkAnswer, checkAccessToken, checkIdToken, checkJson, checkTokens, checkUserinfo } from "./checks.mjs";

/** Where the suite's clients live; nothing listens there: redirects to it are read, not followed. */
export const RP = "https://rp.example.test";
export const LOGGED_OUT = `${RP}/logged-out`;

const random = () => randomBytes(16).toString("hex");
const confidential = (client_id, more = {}) => ({
  client_id,
  client_name: `Conformance ${client_id}`,
  client_secret: `the secret of ${client_id}: ${client_id.length}% & more`,
  token_endpoint_auth_method: "client_secret_basic",
  require_pkce: false,
  redirect_uris: [`${RP}/${client_id}`],
  post_logout_redirect_uris: [LOGGED_OUT],
  ...more,
});

export const CLIENTS = [
  confidential("basic", { redirect_uris: [`${RP}/basic`, `${RP}/basic/other?fixed=1`] }),
  confidential("second"),
  confidential("post", { token_endpoint_auth_method: "client_secret_post" }),
  confidential("strict", { require_pkce: true }),
  confidential("es256", { id_token_signed_response_alg: "ES256" }),
  confidential("narrow", { scope: "openid email", grant_types: ["authorization_code"] }),
  confidential("phones", { scope: "openid email phone" }),
  { client_id: "spa", token_endpoint_auth_method: "none", redirect_uris: [`${RP}/spa`], post_logout_redirect_uris: [LOGGED_OUT] },
];

/** Nobody of a suite's many people is to be blocked. */
const ROOMY = { ip_sends_per_hour: 100_000, address_sends_per_hour: 1_000, address_sends_per_day: 1_000, otp_cooldown: 0 };

/** Starts a provider with the suite's clients; options as of `startNightlatch`. */
export async function startSuite({ settings, ...options } = {}) {
  const nightlatch = await startNightlatch({ clients: CLIENTS, settings: { ...ROOMY, ...settings }, ...options });
  const suite = new Suite(nightlatch);
  suite.metadata = checkJson(await suite.call(`${nightlatch.issuer}/.well-known/openid-configuration`), 200);
  suite.jwks = checkJson(await suite.call(suite.metadata.jwks_uri), 200);
  return suite;
}

class Suite {
  constructor(nightlatch) {
    this.nightlatch = nightlatch;
    this.issuer = nightlatch.issuer;
  }

  stop() {
    return this.nightlatch.stop();
  }

  /** One request as a server makes it: no cookies, no browser's headers. */
  call(url, { method = "GET", form, body, headers = {} } = {}) {
    const own = { "sec-fetch-site": null, "sec-fetch-mode": null, "sec-fetch-dest": null, "sec-fetch-user": null, origin: null, accept: "application/json" };
    const sent = form === undefined ? body : new URLSearchParams(form);
    return this.nightlatch.browser().request(url, { method: sent === undefined ? method : "POST", body: sent, headers: { ...own, ...headers } });
  }

  client(name, options) {
    return new Client(this, CLIENTS.find(({ client_id }) => client_id === name), options);
  }

  /** A person with a browser and an address of their own. */
  person(headers = { "accept-language": "en" }) {
    return new Person(this, this.nightlatch.browser({ headers }));
  }
}

class Person {
  constructor(suite, browser) {
    Object.assign(this, { suite, browser, email: `${random()}@example.org` });
  }

  /** Opens an address; the redirect to a client is where it ends. */
  open(url) {
    return this.browser.get(url, { stopAt: RP });
  }

  /** From the address page to the redirect that follows the right code. */
  async signIn(page, email = this.email) {
    const { nightlatch } = this.suite;
    const { length } = await nightlatch.mailbox(email);
    const codePage = await this.browser.submit(page, { email }, { path: "/sign-in" });
    const { code } = await nightlatch.mail(email, { after: length });
    return this.browser.submit(codePage, { code }, { path: "/sign-in/code", stopAt: RP });
  }

  /** Opens an authorization request and signs in where that is asked. */
  async authorize(url, email) {
    const page = await this.open(url);
    return isAddressPage(page) ? this.signIn(page, email) : page;
  }
}

/** Whether a page asks for an e-mail address. */
export const isAddressPage = (page) => page.status === 200 && page.html.forms(page.url).some(({ fields }) => "email" in fields);

/** A client, strict in what it takes. */
class Client {
  constructor(suite, metadata, { pkce = metadata.require_pkce !== false, redirectUri = metadata.redirect_uris[0] } = {}) {
    Object.assign(this, { suite, metadata, pkce, redirectUri });
  }

  /** A right request with some parameters changed (undefined leaves one out): `{url, sent, verifier}`. */
  request(changes = {}) {
    const verifier = randomBytes(32).toString("base64url");
    const usual = { response_type: "code", client_id: this.metadata.client_id, redirect_uri: this.redirectUri, scope: "openid", state: random(), nonce: random() };
    if (this.pkce) {
      usual.code_challenge = createHash("sha256").update(verifier).digest("base64url");
      usual.code_challenge_method = "S256";
    }
    const sent = Object.fromEntries(Object.entries({ ...usual, ...changes }).filter(([, value]) => value !== undefined));
    return { url: `${this.suite.metadata.authorization_endpoint}?${new URLSearchParams(sent)}`, sent, verifier: this.pkce ? verifier : undefined };
  }

  /** Checks the redirect that answers a request; gives its parameters. */
  answer(page, { sent }) {
    return checkAnswer(page, { redirectUri: sent.redirect_uri, mode: sent.response_mode, issuer: this.suite.issuer, state: sent.state });
  }

  /** The client's credentials at a back-channel endpoint: `{headers, form}`. */
  credentials() {
    const { client_id, client_secret, token_endpoint_auth_method: method } = this.metadata;
    if (method === "none") return { headers: {}, form: { client_id } };
    if (method === "client_secret_post") return { headers: {}, form: { client_id, client_secret } };
    const [id, secret] = [client_id, client_secret].map((text) => new URLSearchParams({ text }).toString().slice("text=".length));
    return { headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` }, form: {} };
  }

  /** A form (an object, or pairs) posted to one of the provider's endpoints with the client's credentials. */
  post(url, form, { headers = {} } = {}) {
    const own = this.credentials();
    const pairs = Array.isArray(form) ? form : Object.entries(form).filter(([, value]) => value !== undefined);
    const ownPairs = Object.entries(own.form).filter(([name]) => !pairs.some(([given]) => given === name));
    return this.suite.call(url, { form: [...ownPairs, ...pairs], headers: { ...own.headers, ...headers } });
  }

  token(form, options) {
    return this.post(this.suite.metadata.token_endpoint, form, options);
  }

  /** Redeems a code; `changes` go over the right parameters. */
  redeem(code, { sent, verifier }, changes = {}) {
    return this.token({ grant_type: "authorization_code", code, redirect_uri: sent.redirect_uri, code_verifier: verifier, ...changes });
  }

  refresh(refresh_token, changes = {}) {
    return this.token({ grant_type: "refresh_token", refresh_token, ...changes });
  }

  userinfo(accessToken, options = {}) {
    return this.suite.call(this.suite.metadata.userinfo_endpoint, { ...options, headers: { authorization: `Bearer ${accessToken}`, ...options.headers } });
  }

  /** The tokens of a code, checked in every way: `{tokens, claims}`. */
  async tokensOf(code, request) {
    const { metadata: client } = this;
    const { issuer, jwks } = this.suite;
    const scope = grantedScope(request.sent.scope, client);
    const tokens = checkTokens(await this.redeem(code, request), { refresh: scope.split(" ").includes("offline_access"), scope });
    const claims = checkIdToken(tokens, { issuer, jwks, client, nonce: request.sent.nonce });
    checkAccessToken(tokens, { issuer, jwks, client });
    return { tokens, claims };
  }

  /** One whole flow: request, sign-in where it is asked, answer, tokens, userinfo, all checked. */
  async flow(person, changes = {}) {
    const request = this.request(changes);
    const { code } = this.answer(await person.authorize(request.url), request);
    const { tokens, claims } = await this.tokensOf(code, request);
    const userinfo = checkUserinfo(await this.userinfo(tokens.access_token), { sub: claims.sub, claims: releasedBy(tokens.scope) });
    return { request, code, tokens, claims, userinfo };
  }
}

/** What of the asked scopes a client gets. */
function grantedScope(asked, { scope = "openid profile email offline_access" }) {
  const allowed = scope.split(" ");
  return [...new Set(asked.split(" "))].filter((token) => allowed.includes(token)).join(" ");
}

/** The claims beside `sub` of a person who signed in by an e-mail code and said nothing else about themselves. */
function releasedBy(scope) {
  const scopes = scope.split(" ");
  const profile = scopes.includes("profile") ? ["locale", "updated_at"] : [];
  const email = scopes.includes("email") ? ["email", "email_verified"] : [];
  return [...profile, ...email];
}

/** Waits until the clock, in whole seconds, is past that second. */
export async function secondsAfter(second, count = 0) {
  while (Math.floor(Date.now() / 1_000) <= second + count) await new Promise((settle) => setTimeout(settle, 50));
}
