/**
 * The OpenID provider as a public client sees it: authorization code with PKCE, refresh, revocation, logout.
 * Keeps its metadata, no token. OpenID Connect Core 1.0 §3.1, RFC 7636, RFC 7009, RFC 9207, RP-Initiated Logout 1.0.
 */

import * as oauth from "oauth4webapi";
import { verifySignature } from "./signature.js";

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;
const anonymous = oauth.None();

export class Provider {
  #issuer;
  #client;
  #settings;
  #requests;
  #metadata;

  constructor(settings) {
    this.#settings = settings;
    this.#issuer = new URL(settings.issuer);
    this.#client = { client_id: settings.clientId };
    this.#requests = {
      [oauth.allowInsecureRequests]: LOOPBACK.test(this.#issuer.hostname),
      signal: () => AbortSignal.timeout(1e4),
    };
  }

  /** Where to send the person, and what to check the answer against. */
  async authorizationUrl(parameters) {
    // WebCrypto and Web Locks exist on https and on localhost only.
    if (!isSecureContext) throw { code: "insecure_context" };
    const pending = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
    };
    const url = await this.#url("authorization_endpoint", {
      ...parameters,
      response_type: "code",
      redirect_uri: this.#settings.redirectUri,
      scope: this.#settings.scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: "S256",
    });
    return { url, pending };
  }

  /** Checks the answer (state, `iss`) and gives its tokens, ID token checked. */
  async redeem(answer, { state, nonce, verifier }) {
    const metadata = await this.#discover();
    const parameters = oauth.validateAuthResponse(metadata, this.#client, answer, state);
    const response = await oauth.authorizationCodeGrantRequest(
      metadata,
      this.#client,
      anonymous,
      parameters,
      this.#settings.redirectUri,
      verifier,
      this.#requests,
    );
    return this.#tokens(
      await oauth.processAuthorizationCodeResponse(metadata, this.#client, response, { expectedNonce: nonce }),
    );
  }

  /** New tokens for the same person. */
  async refresh({ refresh_token: refreshToken }, subject) {
    // Without a refresh token there is nothing to renew with: the session ends as if the provider had said so.
    if (!refreshToken) throw { error: "invalid_grant" };
    const metadata = await this.#discover();
    const tokens = await this.#tokens(
      await oauth.processRefreshTokenResponse(
        metadata,
        this.#client,
        await oauth.refreshTokenGrantRequest(metadata, this.#client, anonymous, refreshToken, this.#requests),
      ),
    );
    // OpenID Connect Core 1.0 §12.2.
    if (tokens.claims && tokens.claims.sub !== subject) throw { code: "other_subject" };
    return tokens;
  }

  /** The person's claims from the userinfo endpoint. */
  async userInfo({ access_token: accessToken, claims }) {
    const response = await fetch(await this.#url("userinfo_endpoint"), {
      headers: { authorization: `Bearer ${accessToken}` },
      signal: this.#requests.signal(),
    });
    if (!response.ok) throw { code: "userinfo_refused" };
    const info = await response.json();
    // OpenID Connect Core 1.0 §5.3.2.
    if (info.sub !== claims.sub) throw { code: "other_subject" };
    return info;
  }

  /** Ends the refresh token, and with it the access tokens that came of it. */
  async revoke(tokens) {
    await fetch(await this.#url("revocation_endpoint"), {
      method: "POST",
      body: new URLSearchParams({ ...this.#client, token: tokens.refresh_token ?? tokens.access_token }),
      signal: this.#requests.signal(),
      keepalive: true,
    });
  }

  logoutUrl(idToken) {
    return this.#url("end_session_endpoint", {
      id_token_hint: idToken,
      post_logout_redirect_uri: this.#settings.postLogoutRedirectUri,
    });
  }

  async #tokens(tokens) {
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (claims) await verifySignature(tokens.id_token, await this.#url("jwks_uri"));
    return { ...tokens, claims, expiresAt: Date.now() / 1e3 + (tokens.expires_in ?? 300) };
  }

  /** An endpoint of the metadata, never less protected than the issuer itself. */
  async #url(endpoint, parameters) {
    const url = new URL((await this.#discover())[endpoint]);
    if (url.protocol !== this.#issuer.protocol) throw { code: oauth.INVALID_SERVER_METADATA };
    for (const [name, value] of Object.entries({ ...parameters, ...(parameters && this.#client) })) {
      if (value) url.searchParams.set(name, value);
    }
    return url;
  }

  #discover() {
    this.#metadata ??= oauth
      .discoveryRequest(this.#issuer, this.#requests)
      .then((response) => oauth.processDiscoveryResponse(this.#issuer, response))
      .catch((error) => {
        this.#metadata = undefined; // The next call tries again.
        throw error;
      });
    return this.#metadata;
  }
}
