/** What a strict client asserts of answers: the rules of the RFCs, each once. */

import assert from "node:assert/strict";
import { decode, leftHash, verifyJwt } from "./jwt.mjs";

/** Characters that `error` and `error_description` may have (RFC 6749 §4.1.2.1 and §5.2). */
const ERROR_TEXT = /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/;
/** A bearer token's (RFC 6750 §2.1). */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const ID_TOKEN_LIFETIME = 3_600;
const CLOCK = 10;

/** Bits of a text, by the frequency of its characters: a lower bound of what a random one holds. */
export function entropy(text) {
  const counts = new Map();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const each = [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
  return each * text.length;
}

export function checkErrorText({ error, error_description: description }) {
  assert.match(error, ERROR_TEXT, "error");
  assert.match(description, ERROR_TEXT, "error_description");
}

/** Nobody keeps it, and no browser guesses what it is. */
export function checkNotKept(answer) {
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
}

export function checkJson(answer, status) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers["content-type"], /^application\/json(; ?charset=utf-8)?$/i);
  return answer.json();
}

/** An OAuth error as JSON (RFC 6749 §5.2), nothing beside it. */
export function checkJsonError(answer, status, error) {
  const body = checkJson(answer, status);
  checkNotKept(answer);
  assert.equal(answer.headers.pragma, "no-cache");
  assert.deepEqual(Object.keys(body).sort(), ["error", "error_description"]);
  assert.equal(body.error, error);
  checkErrorText(body);
  assert.equal(answer.headers.location, undefined, "an API never redirects");
  return body;
}

/** A page of ours that tells the person why it doesn't go on. */
export function checkErrorPage(page, status = 400) {
  assert.equal(page.status, status, page.text.slice(0, 300));
  assert.equal(page.headers.location, undefined, "no redirect");
  assert.match(page.headers["content-type"], /^text\/html; charset=utf-8$/);
  checkNotKept(page);
  assert.ok(page.html.text("h1"), "it says something");
}

/** The redirect back to a client (RFC 6749 §4.1.2, RFC 9207): where it goes, and each parameter once and no other. Gives the parameters. */
export function checkAnswer(page, { redirectUri, mode = "query", issuer, state }) {
  assert.equal(page.status, 303, page.text.slice(0, 500));
  checkNotKept(page);
  assert.equal(page.headers["referrer-policy"], "no-referrer");
  const location = page.headers.location;
  const joint = mode === "fragment" ? "#" : redirectUri.includes("?") ? "&" : "?";
  assert.ok(location.startsWith(`${redirectUri}${joint}`), `${location} begins with the redirect URI`);
  assert.match(location, /^[\x21-\x7E]+$/, "visible ASCII alone");
  const pairs = [...new URLSearchParams(location.slice(redirectUri.length + 1))];
  const parameters = Object.fromEntries(pairs);
  assert.equal(Object.keys(parameters).length, pairs.length, "no parameter twice");
  assert.equal(parameters.iss, issuer, "iss");
  assert.equal(parameters.state, state, "state");
  const expected = parameters.error === undefined ? ["code", "iss"] : ["error", "error_description", "iss"];
  if (state !== undefined) expected.push("state");
  assert.deepEqual(Object.keys(parameters).sort(), expected.sort());
  if (parameters.error !== undefined) checkErrorText(parameters);
  if (parameters.code !== undefined) assert.ok(entropy(parameters.code) >= 128, "the code can't be guessed");
  return parameters;
}

/** A token answer (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). `refresh`: whether a refresh token is due. */
export function checkTokens(answer, { refresh, scope }) {
  const tokens = checkJson(answer, 200);
  checkNotKept(answer);
  assert.equal(answer.headers.pragma, "no-cache");
  const expected = ["access_token", "expires_in", "id_token", "scope", "token_type"];
  if (refresh) expected.push("refresh_token");
  assert.deepEqual(Object.keys(tokens).sort(), expected.sort());
  assert.equal(tokens.token_type, "Bearer");
  assert.ok(Number.isInteger(tokens.expires_in) && tokens.expires_in > 0, "expires_in is a number of seconds");
  assert.equal(tokens.scope, scope);
  assert.match(tokens.access_token, TOKEN);
  assert.ok(entropy(tokens.access_token) >= 128);
  if (refresh) {
    assert.match(tokens.refresh_token, TOKEN);
    assert.ok(entropy(tokens.refresh_token) >= 128);
  }
  return tokens;
}

/** An ID token (OpenID Connect Core §3.1.3.7): signature, header, and exactly the claims that it should have. Gives them. */
export function checkIdToken(tokens, { issuer, jwks, client, nonce }) {
  const { header, claims } = verifyJwt(tokens.id_token, jwks, client.id_token_signed_response_alg ?? "RS256");
  assert.deepEqual(Object.keys(header).sort(), ["alg", "kid", "typ"]);
  assert.equal(header.typ, "JWT");
  const names = ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "sid", "sub"];
  if (nonce !== undefined) names.push("nonce");
  assert.deepEqual(Object.keys(claims).sort(), names.sort());
  assert.equal(claims.iss, issuer);
  assert.equal(claims.aud, client.client_id);
  assert.equal(claims.nonce, nonce);
  assert.equal(claims.at_hash, leftHash(tokens.access_token));
  assert.equal(claims.acr, "1");
  assert.deepEqual(claims.amr, ["otp"]);
  for (const name of ["iat", "exp", "auth_time"]) assert.ok(Number.isInteger(claims[name]), `${name} is whole seconds`);
  const now = Math.floor(Date.now() / 1_000);
  assert.ok(Math.abs(claims.iat - now) <= CLOCK, "iat is now");
  assert.equal(claims.exp - claims.iat, ID_TOKEN_LIFETIME);
  assert.ok(claims.auth_time <= claims.iat, "auth_time isn't ahead");
  for (const name of ["sub", "sid"]) assert.match(claims[name], /^[\x21-\x7E]{16,255}$/, name);
  return claims;
}

/** A JWT access token (RFC 9068 §2): never to be taken for an ID token. */
export function checkAccessToken(tokens, { issuer, jwks, client }) {
  const { header, claims } = verifyJwt(tokens.access_token, jwks, client.id_token_signed_response_alg ?? "RS256");
  assert.equal(header.typ, "at+jwt");
  assert.equal(claims.iss, issuer);
  assert.equal(claims.client_id, client.client_id);
  assert.notEqual(claims.aud, client.client_id);
  assert.equal(claims.scope, tokens.scope);
  assert.equal(claims.exp - claims.iat, tokens.expires_in);
  assert.equal(claims.nonce, undefined);
  assert.equal(claims.sub, decode(tokens.id_token).claims.sub);
  return claims;
}

/** A userinfo answer (OpenID Connect Core §5.3.2): the same person as the ID token's, and the claims that its scopes release. */
export function checkUserinfo(answer, { sub, claims }) {
  const person = checkJson(answer, 200);
  checkNotKept(answer);
  assert.equal(person.sub, sub);
  assert.deepEqual(Object.keys(person).sort(), ["sub", ...claims].sort());
  if (claims.includes("email")) assert.equal(person.email_verified, true);
  return person;
}

/** The parts of a `WWW-Authenticate` challenge: `{scheme, parameters}` (RFC 9110 §11.6.1). */
export function challenge(answer) {
  const text = answer.headers["www-authenticate"];
  assert.equal(typeof text, "string", "there is a challenge");
  const [, scheme, rest] = text.match(/^([A-Za-z]+)(?: (.*))?$/);
  const parameters = Object.fromEntries([...(rest ?? "").matchAll(/([a-z_]+)="([^"\\]*)"(?:, |$)/g)].map(([, name, value]) => [name, value]));
  const written = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`).join(", ");
  assert.equal(`${scheme} ${written}`, text, "it is well-formed, with one parameter at least (RFC 6750 §3)");
  return { scheme, parameters };
}
