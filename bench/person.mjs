/**
 * A virtual person with a browser and an application of their own: makes the request of each step and learns from its answer what the next
 * one needs. Sends nothing itself, so that the same requests can be sent to other Workers, too.
 */

import { createHash, randomBytes } from "node:crypto";
import { answer as passkeyAnswer } from "./passkey.mjs";

export const CLIENT = {
  client_id: "bench",
  client_name: "Bench",
  client_secret: "a-secret-for-the-bench-alone-0123456789",
  redirect_uris: ["http://localhost:3000/callback"],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "client_secret_basic",
  scope: "openid profile email offline_access",
};

const [REDIRECT_URI] = CLIENT.redirect_uris;
const BASIC = `Basic ${Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString("base64")}`;
const BROWSER = {
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-language": "en-GB,en;q=0.9,de;q=0.5",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "sec-fetch-dest": "document",
  "sec-fetch-mode": "navigate",
  "sec-fetch-site": "same-origin",
};
const FORM = "application/x-www-form-urlencoded";

export class Person {
  #cookies = new Map();
  #issuer;
  #codeOf;
  #double;

  /** `codeOf(address)` waits for the code that was mailed. */
  constructor({ number, address, issuer, codeOf }) {
    this.number = number;
    this.address = address;
    this.#issuer = issuer;
    this.#codeOf = codeOf;
    this.ip = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  }

  /** Somebody with a memory of their own who can make the same requests and learn from the same answers, and whom nobody mails a code. */
  get double() {
    const { number, address } = this;
    this.#double ??= new Person({ number, address, issuer: this.#issuer, codeOf: async () => "00000000" });
    return this.#double;
  }

  /** The request of a step; waits for the mail where it needs the code. */
  async request(step) {
    const { headers, ...request } = await this[`_${step}`]();
    const common = { host: new URL(this.#issuer).host, "cf-connecting-ip": this.ip, "bench-label": `${this.number}:${step}` };
    const length = request.body === undefined ? {} : { "content-length": Buffer.byteLength(request.body) };
    return { ...request, headers: { ...common, ...length, ...headers } };
  }

  /** Learns from a step's answer; throws where it isn't the one that was hoped for. */
  learn(step, answer) {
    const { status, headers, text } = answer;
    for (const line of headers["set-cookie"] ?? []) this.#cookies.set(...line.split(";")[0].split(/=(.*)/s).slice(0, 2));
    const wanted = { send: 303, verify: 303, authorize_signed_in: 303, passkey: 303 }[step] ?? 200;
    if (status !== wanted) throw new Error(`${step} answered ${status} in place of ${wanted}: ${text.slice(0, 300)}`);
    if (step === "authorize") {
      this.sealed = field(text, "request");
      this.ceremony = field(text, "ceremony");
      this.options = JSON.parse(text.match(/data-options="([^"]+)"/)[1].replaceAll(/&#34;|&quot;/g, '"'));
    }
    if (step === "send") this.page = path(headers.location);
    if (step === "code_page") this.ticket = field(text, "ticket");
    if (["verify", "authorize_signed_in", "passkey"].includes(step)) this.code = new URL(headers.location).searchParams.get("code");
    if (step === "token" || step === "refresh") this.tokens = JSON.parse(text);
    if (step === "introspect" && !JSON.parse(text).active) throw new Error("introspect says that a fresh token is not active");
  }

  _discovery = () => ({ method: "GET", path: "/.well-known/openid-configuration", headers: {} });
  _jwks = () => ({ method: "GET", path: "/jwks", headers: {} });

  _authorize() {
    this.verifier = randomBytes(32).toString("base64url");
    const query = new URLSearchParams({
      client_id: CLIENT.client_id,
      redirect_uri: REDIRECT_URI,
      response_type: "code",
      scope: CLIENT.scope,
      state: randomBytes(16).toString("base64url"),
      nonce: randomBytes(16).toString("base64url"),
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    return { method: "GET", path: `/authorize?${query}`, headers: this.#navigation() };
  }

  _authorize_signed_in = () => this._authorize();
  _send = () => this.#form("/sign-in", { request: this.sealed, email: this.address });
  _code_page = () => ({ method: "GET", path: this.page, headers: this.#navigation() });
  _verify = async () => this.#form("/sign-in/code", { ticket: this.ticket, code: await this.#codeOf(this.address) });
  _token = () => backChannel("/token", { grant_type: "authorization_code", code: this.code, redirect_uri: REDIRECT_URI, code_verifier: this.verifier });
  _refresh = () => backChannel("/token", { grant_type: "refresh_token", refresh_token: this.tokens.refresh_token });
  _introspect = () => backChannel("/introspect", { token: this.tokens.access_token });
  _userinfo = () => ({ method: "GET", path: "/userinfo", headers: { authorization: `Bearer ${this.tokens.access_token}` } });

  /** As somebody new to this browser's session, who was at the address page. */
  _passkey() {
    const credential = passkeyAnswer(Number(this.address.match(/\d+/)[0]), this.options, this.#issuer);
    return this.#form("/sign-in/passkey", { request: this.sealed, ceremony: this.ceremony, credential }, "nl_session");
  }

  #navigation(without) {
    const cookie = [...this.#cookies].filter(([name]) => name !== without).map((pair) => pair.join("=")).join("; ");
    return cookie ? { ...BROWSER, cookie } : BROWSER;
  }

  #form(path, fields, without) {
    const headers = { ...this.#navigation(without), origin: this.#issuer, "content-type": FORM };
    return { method: "POST", path, headers, body: new URLSearchParams(fields).toString() };
  }
}

function backChannel(path, fields) {
  return { method: "POST", path, headers: { authorization: BASIC, "content-type": FORM }, body: new URLSearchParams(fields).toString() };
}

/** A hidden field's value; it needs no unescaping, being base64url. */
function field(html, name) {
  const found = html.match(new RegExp(`name="${name}" value="([^"]+)"`));
  if (!found) throw new Error(`a page has no field ${name}: ${html.slice(0, 300)}`);
  return found[1];
}

function path(location) {
  const { pathname, search } = new URL(location, "http://localhost");
  return pathname + search;
}
