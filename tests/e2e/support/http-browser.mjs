/**
 * A person's browser without a screen: keeps cookies, follows redirects one by one, fills in forms, and sends the headers (`Origin`,
 * `Sec-Fetch-*`) that a browser would. Every step can be changed, so that attacks speak the same words as people.
 */

import http from "node:http";
import https from "node:https";
import { CookieJar, siteOf } from "./cookie-jar.mjs";
import { Html } from "./html.mjs";

const MOST_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/** One answer. */
export class Page {
  constructor({ url, method, status, headers, setCookies, text }) {
    Object.assign(this, { url, method, status, headers, setCookies, text });
  }

  /** Where a redirect leads, as a full address. */
  get location() {
    return this.headers.location === undefined ? undefined : new URL(this.headers.location, this.url).href;
  }

  /** The parameters of the redirect's query, or of its fragment. */
  get answer() {
    const { searchParams, hash } = new URL(this.location);
    return Object.fromEntries(hash ? new URLSearchParams(hash.slice(1)) : searchParams);
  }

  get html() {
    this.parsed ??= new Html(this.text);
    return this.parsed;
  }

  /** The first form, which is the one that goes on; or the one whose action ends with that path. */
  form(path) {
    const form = this.html.forms(this.url).find(({ action }) => path === undefined || new URL(action).pathname === path);
    if (!form) throw new Error(`${this.url} (${this.status}) has no form${path ? ` for ${path}` : ""}:\n${this.text.slice(0, 2000)}`);
    return form;
  }

  json() {
    return JSON.parse(this.text);
  }
}

export class HttpBrowser {
  /**
   * `routes` maps an origin to the address that really serves it, e.g. `{"https://login.example": "http://127.0.0.1:8787"}`;
   * `headers` go with every request (`Accept-Language`, `CF-Connecting-IP`).
   */
  constructor({ routes = {}, headers = {}, jar = new CookieJar() } = {}) {
    this.routes = routes;
    this.headers = headers;
    this.jar = jar;
  }

  /** One request, no redirect followed. Options: `method`, `body`, `headers` (null leaves one out), `from` (the page that asks). */
  async request(url, { method = "GET", body, headers = {}, from } = {}) {
    const sent = { ...this.#usual(url, { method, from }), ...this.headers };
    if (body instanceof URLSearchParams) sent["content-type"] = "application/x-www-form-urlencoded";
    for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = value;
    for (const [name, value] of Object.entries(sent)) if (value === null || value === undefined) delete sent[name];
    const answer = await send(this.#target(url), { method, headers: sent, body: body?.toString() });
    this.jar.store(url, answer.setCookies);
    return new Page({ url, method, ...answer });
  }

  /** A GET, followed through every redirect up to one whose address begins with `stopAt`. */
  async get(url, { stopAt, ...options } = {}) {
    return this.follow(await this.request(url, options), { stopAt, from: options.from });
  }

  /** A POST of a form's fields, followed likewise. */
  async post(url, fields, { stopAt, ...options } = {}) {
    const page = await this.request(url, { ...options, method: "POST", body: new URLSearchParams(fields) });
    return this.follow(page, { stopAt, from: options.from });
  }

  /** Follows redirects from a page; a `stopAt` that is reached leaves the redirect itself as the answer. */
  async follow(page, { stopAt, from } = {}) {
    let current = page;
    for (let count = 0; REDIRECTS.includes(current.status) && current.location; count += 1) {
      if (count === MOST_REDIRECTS) throw new Error(`too many redirects, the last to ${current.location}`);
      if (stopAt !== undefined && current.location.startsWith(stopAt)) return current;
      // 307 and 308 would post again: none of our pages may answer so, and a test that meets one should see it.
      if (current.status === 307 || current.status === 308) return current;
      current = await this.request(current.location, { from });
    }
    return current;
  }

  /**
   * Fills in a form of the page and sends it. `fields` go over the page's own (null leaves one out); `path` picks the form by its action;
   * `button` is the name and value of the one that is pressed.
   */
  async submit(page, fields = {}, { path, button, stopAt, headers } = {}) {
    const form = page.form(path);
    const filled = Object.entries({ ...form.fields, ...fields, ...button }).filter(([, value]) => value !== null);
    if (form.method === "POST") return this.post(form.action, filled, { stopAt, headers, from: page.url });
    const url = new URL(form.action);
    url.search = new URLSearchParams(filled).toString();
    return this.get(url.href, { stopAt, headers, from: page.url });
  }

  #usual(url, { method, from }) {
    return {
      accept: "text/html,application/xhtml+xml,*/*;q=0.8",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Nightlatch-test/1",
      "sec-fetch-site": relation(from, url),
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
      "sec-fetch-user": "?1",
      origin: method === "GET" || method === "HEAD" ? undefined : (from && new URL(from).origin) ?? new URL(url).origin,
      referer: from,
      cookie: this.jar.header(url, { initiator: from, method }) || undefined,
    };
  }

  #target(url) {
    const { origin, host, pathname, search } = new URL(url);
    const route = this.routes[origin];
    return { url: new URL(`${route ?? origin}${pathname}${search}`), host };
  }
}

function relation(from, to) {
  if (from === undefined) return "none";
  if (new URL(from).origin === new URL(to).origin) return "same-origin";
  return siteOf(from) === siteOf(to) ? "same-site" : "cross-site";
}

/** Node's resolver needs no entry for *.localhost, as a browser needs none. */
const loopback = (hostname) => (hostname === "localhost" || hostname.endsWith(".localhost") ? "127.0.0.1" : hostname.replace(/^\[|\]$/g, ""));

function send({ url, host }, { method, headers, body }) {
  const { request } = url.protocol === "https:" ? https : http;
  const options = {
    method,
    host: loopback(url.hostname),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { host, ...headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) },
    servername: url.hostname,
    rejectUnauthorized: false,
    // A connection for each request: a killed workerd leaves no dead one behind.
    agent: false,
  };
  return new Promise((settle, refuse) => {
    const call = request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", refuse);
      response.on("end", () =>
        settle({
          status: response.statusCode,
          headers: response.headers,
          setCookies: response.headers["set-cookie"] ?? [],
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    call.on("error", refuse);
    call.end(body);
  });
}
