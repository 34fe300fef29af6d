/**
 * The client of a page: who is signed in, and access tokens for them.
 *
 * Tokens live in this object alone, so closing or reloading the page drops them; a reload gets new ones by one
 * top-level `prompt=none` redirect. Speaks to the provider through `provider.js`. No iframe, no token in any storage.
 *
 * Tabs share no token: each has a refresh token (and so a rotation family) of its own, and no other tab can spend
 * it. What could race is two callers in one tab, or many tabs that wake at once. One Web Lock, named after
 * issuer and client, covers both: renewals run one after another, and a caller who waited behind another of its own
 * tab finds the new token and asks for nothing. Only signing out is told to the other tabs.
 */

import { NightlatchError } from "./errors.js";
import { Memory } from "./memory.js";
import { Provider } from "./provider.js";

/** Seconds: a token with less than this left is renewed before it is handed out. */
const FRESH_FOR = 30;

/** Answers that mean "nobody is signed in" or "the person said no": no error to anybody. */
const QUIET = /_required$|^access_denied$/;

const clients = {};

/**
 * Fires `change` (`detail`: the user or null) and `error` (`detail`: an Error with a `code`).
 * A page has one client for an issuer and client id: a second `new` gives the first one again.
 */
export class NightlatchClient extends EventTarget {
  #user = null;
  #tokens = null;
  #name;
  #provider;
  #memory;
  #tabs;

  /**
   * `redirectUri` defaults to this page without query and fragment, `postLogoutRedirectUri` to the same; both must be
   * registered for the client. One `redirectUri` serves a whole site if its page has a client too: it passes the answer on.
   */
  constructor({ issuer, clientId, redirectUri, scope, postLogoutRedirectUri }) {
    super();
    this.#name = `nightlatch ${issuer} ${clientId}`;
    if (clients[this.#name]) return clients[this.#name];
    clients[this.#name] = this;
    this.#provider = new Provider({
      issuer,
      clientId,
      redirectUri: (redirectUri = new URL(redirectUri || location.pathname, location).href),
      scope: scope || "openid profile email offline_access",
      postLogoutRedirectUri: new URL(postLogoutRedirectUri || redirectUri, location).href,
    });
    this.#memory = new Memory(this.#name);
    this.#tabs = new BroadcastChannel(this.#name);
    this.#tabs.onmessage = () => this.#forget();
    /** Settles, never rejects, with the user or null once it is known who is signed in. */
    this.ready = this.#report(() => this.#start()).catch(() => {}).then(() => this.#user);
  }

  /** The person's claims (ID token and userinfo), or null. */
  get user() {
    return this.#user;
  }

  /** Goes to the sign-in page. Comes back to `returnTo` (a URL of this site), by default to where the page is now. */
  signIn({ loginHint, prompt, uiLocales, acrValues, returnTo = "" } = {}) {
    return this.#report(async () =>
      location.assign(await this.#leave({ login_hint: loginHint, prompt, ui_locales: uiLocales, acr_values: acrValues }, returnTo)),
    );
  }

  /** Ends the session here, in the site's other tabs, and at the provider. */
  signOut() {
    return this.#report(async () => {
      this.#tabs.postMessage(0);
      location.assign(await this.#provider.logoutUrl(await this.#forget()));
    });
  }

  /** An access token with at least 30 seconds left, or null when nobody is signed in (any more). */
  async accessToken() {
    return this.#tokens?.expiresAt - Date.now() / 1e3 < FRESH_FOR ? this.renew() : (this.#tokens?.access_token ?? null);
  }

  /** Renews now; gives the new access token, or null when the session has ended. */
  renew() {
    const stale = this.#tokens;
    return this.#report(() =>
      navigator.locks.request(this.#name, async () => {
        if (stale && this.#tokens === stale) await this.#renew(stale);
        return this.#tokens?.access_token ?? null;
      }),
    );
  }

  /** `fetch` with the access token as bearer. Without a signed-in person it sends none. */
  async fetch(input, init) {
    const request = new Request(input, init);
    const token = await this.accessToken();
    if (token) request.headers.set("authorization", `Bearer ${token}`);
    return fetch(request);
  }

  async #start() {
    const here = new URL(location);
    const pending = this.#memory.pending;
    if (pending && pending.state === here.searchParams.get("state")) {
      return this.#return(here, pending);
    }
    if (this.#memory.spendTry()) {
      location.replace(await this.#leave({ prompt: "none" }, ""));
      await new Promise(() => {}); // The page is going away; nobody should see it signed out meanwhile.
    }
  }

  async #leave(parameters, returnTo) {
    const target = new URL(returnTo || location, location);
    if (target.origin !== location.origin) throw new NightlatchError({ code: "return_to_other_site" });
    const { url, pending } = await this.#provider.authorizationUrl(parameters);
    this.#memory.pending = { ...pending, returnTo: target.href };
    return url;
  }

  async #return(here, pending) {
    const target = new URL(pending.returnTo);
    if (target.pathname !== here.pathname && !pending.forwarded) {
      // Another page of the site asked, and tokens don't survive a navigation: that page redeems the answer.
      // Once only, since a server may redirect from there.
      this.#memory.pending = { ...pending, forwarded: true };
      here.searchParams.forEach((value, key) => target.searchParams.set(key, value));
      location.replace(target);
      return new Promise(() => {});
    }
    this.#memory.clear();
    history.replaceState(history.state, "", target);
    try {
      const tokens = await this.#provider.redeem(here, pending);
      this.#become({ ...(await this.#provider.userInfo(tokens)), ...tokens.claims }, tokens);
      this.#memory.allowTries();
    } catch (error) {
      if (!QUIET.test(error.error)) throw error;
    }
  }

  async #renew(stale) {
    try {
      const tokens = await this.#provider.refresh(stale, this.#user.sub);
      // Somebody may have signed out meanwhile; that revoked these too.
      if (this.#tokens === stale) this.#become({ ...this.#user, ...tokens.claims }, { ...stale, ...tokens });
    } catch (error) {
      if (error.error !== "invalid_grant") throw error;
      await this.#forget();
    }
  }

  #become(user, tokens) {
    this.#user = user;
    this.#tokens = tokens;
    this.dispatchEvent(new CustomEvent("change", { detail: user }));
  }

  /** Drops and revokes what this tab holds; gives the ID token that it held. */
  async #forget() {
    const tokens = this.#tokens;
    this.#memory.clear();
    if (tokens) {
      this.#become(null, null);
      // The person is signed out here whether or not the provider hears of it.
      await this.#provider.revoke(tokens).catch(() => {});
    }
    return tokens?.id_token;
  }

  async #report(act) {
    try {
      return await act();
    } catch (cause) {
      const error = new NightlatchError(cause);
      this.dispatchEvent(new CustomEvent("error", { detail: error }));
      throw error;
    }
  }
}
