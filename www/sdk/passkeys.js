/**
 * Adds a passkey for the person who is signed in: in this page where browsers let its origin use the provider's passkeys, else on a page of the provider's.
 * Served beside nightlatch.js as nightlatch-passkeys.js, so that pages without passkeys don't load it. WebAuthn Level 3 §5.1.
 */

/** The ways in which this ends without a passkey; everything else is thrown as it comes. */
export class PasskeyError extends Error {
  constructor(code, options) {
    super(`The passkey was not added: ${code}`, options);
    this.name = "PasskeyError";
    this.code = code;
  }
}

/**
 * `client` is a `NightlatchClient` whose scope has `passkeys`, `issuer` the one that it was made with. `name` is what the passkey is called; the provider
 * knows one by itself. `returnTo`, a registered redirect URI, is where the person comes back to from the provider's page.
 *
 * Gives `{id, name}`; or nothing, where the page is being left for the provider's.
 * Throws a `PasskeyError`: `login_required` where nobody is signed in, `insufficient_user_authentication` where the person must first show who they are
 * (`client.signIn({prompt: "login", acrValues: error.acrValues})` asks them), `not_allowed` where they have closed the browser's window,
 * `already_there` where this device has one.
 */
export async function addPasskey(client, { issuer, name, returnTo } = {}) {
  const token = await client.accessToken();
  if (!token) throw new PasskeyError("login_required");
  const ticket = await post(`${issuer}/passkeys/ticket`, { return_to: returnTo }, token);
  if (!ticket.origins.includes(location.origin) || !globalThis.PublicKeyCredential) {
    location.assign(ticket.url);
    return undefined;
  }
  const options = await post(`${issuer}/passkeys/options`, { ticket: ticket.ticket });
  const credential = await create(options);
  return post(`${issuer}/passkeys`, { ticket: ticket.ticket, name, credential });
}

async function create(options) {
  try {
    const listed = (list) => list.map((one) => ({ ...one, id: bytes(one.id) }));
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    };
    const { rawId, type, response } = await navigator.credentials.create({ publicKey });
    return {
      id: text(rawId),
      rawId: text(rawId),
      type,
      clientExtensionResults: {},
      response: {
        clientDataJSON: text(response.clientDataJSON),
        attestationObject: text(response.attestationObject),
        transports: response.getTransports?.(),
      },
    };
  } catch (cause) {
    const code = { NotAllowedError: "not_allowed", InvalidStateError: "already_there" }[cause.name];
    throw code ? new PasskeyError(code, { cause }) : cause;
  }
}

async function post(url, body, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (response.ok) return answer;
  const error = new PasskeyError(answer.error);
  error.acrValues = /acr_values="([^"]*)"/.exec(response.headers.get("www-authenticate"))?.[1];
  throw error;
}

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
