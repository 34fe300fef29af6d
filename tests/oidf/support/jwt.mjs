/** JSON Web Signatures as a strict client verifies them (RFC 7515, RFC 7518), and as an attacker forges them. Compact serialization alone. */

import assert from "node:assert/strict";
import { createHash, createHmac, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";

const base64url = /^[A-Za-z0-9_-]+$/;
const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** The header and claims of a token, unverified. */
export function decode(token) {
  const parts = token.split(".");
  assert.equal(parts.length, 3, "a JWS has three parts");
  for (const part of parts) assert.match(part, base64url, "each part is base64url without padding");
  const [header, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")));
  return { header, claims, signed: parts.slice(0, 2).join("."), signature: Buffer.from(parts[2], "base64url") };
}

/** Verifies a token with the one key of the set that its `kid` names; gives `{header, claims}`. */
export function verifyJwt(token, jwks, alg) {
  const { header, claims, signed, signature } = decode(token);
  assert.equal(header.alg, alg, "alg");
  assert.equal(typeof header.kid, "string", "kid is present");
  for (const name of ["jku", "jwk", "x5u", "x5c", "crit"]) assert.equal(header[name], undefined, `${name} in a header`);
  const keys = jwks.keys.filter(({ kid }) => kid === header.kid);
  assert.equal(keys.length, 1, "kid names one key of the set");
  const [jwk] = keys;
  assert.equal(jwk.kty, alg === "RS256" ? "RSA" : "EC", "kty fits alg");
  assert.ok(jwk.use === undefined || jwk.use === "sig", "use");
  assert.ok(jwk.alg === undefined || jwk.alg === alg, "the key's alg");
  const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  assert.ok(verify("sha256", Buffer.from(signed), key, signature), "the signature is right");
  return { header, claims };
}

/** The left half of a token's SHA-256 (OpenID Connect Core §3.1.3.6). */
export const leftHash = (token) => createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");

/** The same claims without a signature (`alg: none`). */
export const unsigned = (claims) => `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;

/** The same claims signed by a stranger's key, under any header members that one wishes. */
export function foreign(claims, header = {}) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const signed = `${encode({ alg: "RS256", typ: "JWT", ...header })}.${encode(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
}

/** The same claims under an HMAC whose key is a text, such as a client's secret. */
export function keyedWith(secret, claims) {
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
