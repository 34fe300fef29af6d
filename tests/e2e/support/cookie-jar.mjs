/**
 * A browser's cookies (RFC 6265 and its successor's SameSite and name prefixes), strict enough that a wrong attribute shows in a test.
 */

/** Two addresses are same-site by scheme and registrable domain; each *.localhost is a site of its own, as in Chromium. */
export function siteOf(url) {
  const { protocol, hostname } = new URL(url);
  if (/^[\d.]+$|^\[/.test(hostname) || hostname === "localhost") return `${protocol}//${hostname}`;
  return `${protocol}//${hostname.split(".").slice(-2).join(".")}`;
}

export class CookieJar {
  #cookies = [];

  /** Takes the `Set-Cookie` lines of an answer from this address. */
  store(url, lines) {
    for (const line of lines) {
      const cookie = parse(new URL(url), line);
      if (!cookie) continue;
      const old = this.#cookies.findIndex(({ name, domain, path }) => name === cookie.name && domain === cookie.domain && path === cookie.path);
      if (old >= 0) this.#cookies.splice(old, 1);
      if (cookie.expires > Date.now()) this.#cookies.push(cookie);
    }
  }

  /** The `Cookie` header for a request. `initiator` is the page that asked, none where the person did; `method` decides on Lax. */
  header(url, { initiator, method = "GET" } = {}) {
    const crossSite = initiator !== undefined && (initiator === "null" || siteOf(initiator) !== siteOf(url));
    return this.#matching(new URL(url))
      .filter(({ sameSite }) => !crossSite || sameSite === "none" || (sameSite === "lax" && method === "GET"))
      .sort((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }

  /** The cookie of that name that this address would get, with its attributes. */
  get(url, name) {
    return this.#matching(new URL(url)).find((cookie) => cookie.name === name);
  }

  /** All cookies, as they stand. */
  all() {
    return this.#cookies.filter(({ expires }) => expires > Date.now()).map((cookie) => ({ ...cookie }));
  }

  /** Puts a cookie in by hand, as an attacker with control over a sibling host might. */
  set(url, name, value) {
    this.store(url, [`${name}=${value}; Path=/`]);
  }

  clear() {
    this.#cookies = [];
  }

  /** The same cookies in a jar of its own: what a thief of them has. */
  clone() {
    const jar = new CookieJar();
    jar.#cookies = this.all();
    return jar;
  }

  #matching(url) {
    return this.#cookies.filter(
      (cookie) =>
        cookie.expires > Date.now() &&
        (cookie.hostOnly ? url.hostname === cookie.domain : `.${url.hostname}`.endsWith(`.${cookie.domain}`)) &&
        (url.pathname === cookie.path || url.pathname.startsWith(cookie.path.endsWith("/") ? cookie.path : `${cookie.path}/`)) &&
        (!cookie.secure || url.protocol === "https:"),
    );
  }
}

function parse(url, line) {
  const [pair, ...attributes] = line.split(";").map((part) => part.trim());
  const split = pair.indexOf("=");
  if (split < 1) return undefined;
  const cookie = {
    name: pair.slice(0, split),
    value: pair.slice(split + 1),
    domain: url.hostname,
    hostOnly: true,
    path: url.pathname.replace(/\/[^/]*$/, "") || "/",
    secure: false,
    httpOnly: false,
    sameSite: "lax",
    expires: Number.POSITIVE_INFINITY,
  };
  for (const attribute of attributes) apply(cookie, attribute, attributes);
  return allowed(cookie, url) ? cookie : undefined;
}

function apply(cookie, attribute, all) {
  const [name, ...rest] = attribute.split("=");
  const value = rest.join("=");
  const kind = name.toLowerCase();
  if (kind === "path" && value.startsWith("/")) cookie.path = value;
  if (kind === "domain" && value) Object.assign(cookie, { domain: value.replace(/^\./, "").toLowerCase(), hostOnly: false });
  if (kind === "secure") cookie.secure = true;
  if (kind === "httponly") cookie.httpOnly = true;
  if (kind === "samesite") cookie.sameSite = value.toLowerCase();
  if (kind === "max-age") cookie.expires = Number(value) > 0 ? Date.now() + Number(value) * 1000 : 0;
  // Max-Age goes before Expires.
  if (kind === "expires" && !all.some((other) => /^max-age=/i.test(other))) cookie.expires = Date.parse(value);
}

function allowed(cookie, { protocol, hostname }) {
  if (!cookie.hostOnly && !`.${hostname}`.endsWith(`.${cookie.domain}`)) return false;
  if (cookie.secure && protocol !== "https:") return false;
  if (cookie.sameSite === "none" && !cookie.secure) return false;
  if (cookie.name.startsWith("__Secure-")) return cookie.secure;
  return !cookie.name.startsWith("__Host-") || (cookie.secure && cookie.hostOnly && cookie.path === "/");
}
