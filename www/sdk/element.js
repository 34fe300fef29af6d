/**
 * `<sign-in issuer client-id>`: a button to sign in, then the person's name and a button to sign out.
 *
 * Shows, decides nothing. Texts by language (`lang` on it or around it) or by the slots `sign-in`, `sign-out`, `error`;
 * looks by the parts `button`, `name`, `error` and the properties `--sign-in-background`, `--sign-in-color`,
 * `--sign-in-radius`. Works under a strict CSP and Trusted Types: no markup from strings, no inline style.
 */

import { NightlatchClient } from "./client.js";
import { texts } from "./texts.js";

// The quiet parts take the page's own colour, so that they are readable on a light page and on a dark one.
const style = `
:host{display:inline-flex;flex-wrap:wrap;gap:.75em;align-items:center}
:host([aria-busy=true]){visibility:hidden}
[hidden]{display:none}
[part=name]{overflow-wrap:anywhere}
button{font:inherit;min-height:2.75em;padding:.5em 1.1em;cursor:pointer;border:1px solid;border-radius:var(--sign-in-radius,.5em);color:inherit;background:none}
[part~=sign-in]{border-color:#0000;color:var(--sign-in-color,#fff);background:var(--sign-in-background,#216e5a)}`;

/** Fires `change` and `error` as its client does. */
export class SignIn extends HTMLElement {
  /** The NightlatchClient behind it, once it is in the document. */
  client;
  #listening;

  connectedCallback() {
    const language = this.closest("[lang]")?.lang || navigator.language;
    this.client ??= new NightlatchClient({
      issuer: this.getAttribute("issuer"),
      clientId: this.getAttribute("client-id"),
      redirectUri: this.getAttribute("redirect-uri"),
      scope: this.getAttribute("scope"),
      postLogoutRedirectUri: this.getAttribute("post-logout-redirect-uri"),
    });
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];

    // A language that isn't there is at -1: English follows.
    const [toSignIn, toSignOut, failed] = texts.slice(texts.indexOf(language.slice(0, 2).toLowerCase()) + 1);
    const slot = (name, textContent) => make("slot", { name, textContent });
    const signIn = make("button", { part: "button sign-in", onclick: () => act(this.client.signIn({ uiLocales: language })) }, slot("sign-in", toSignIn));
    const signOut = make("button", { part: "button sign-out", onclick: () => act(this.client.signOut()) }, slot("sign-out", toSignOut));
    const name = make("bdi", { part: "name" });
    const error = make("span", { part: "error", role: "alert", hidden: true }, slot("error", failed));
    root.replaceChildren(name, signIn, signOut, error);

    const show = () => {
      const user = this.client.user;
      name.textContent = user && (user.name || user.email || user.sub);
      signIn.hidden = user;
      name.hidden = signOut.hidden = !user;
    };
    this.#listening = new AbortController();
    for (const type of ["change", "error"]) {
      this.client.addEventListener(
        type,
        ({ detail }) => {
          show();
          error.hidden = type === "change";
          this.dispatchEvent(new CustomEvent(type, { detail }));
        },
        this.#listening,
      );
    }
    show();
    this.ariaBusy = true;
    this.client.ready.then(() => (this.ariaBusy = false));
  }

  disconnectedCallback() {
    this.#listening.abort();
  }
}

/** The `error` event tells of a failure; nothing is left to say in the console. */
function act(promise) {
  promise.catch(() => {});
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  if (properties.part) element.setAttribute("part", properties.part);
  element.append(...children);
  return element;
}
