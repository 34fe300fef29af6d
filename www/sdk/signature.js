/**
 * The signature of an ID token, by WebCrypto. Claims are checked before, by oauth4webapi, which also holds `alg` to
 * what the provider announces. Its own signature check, with every algorithm there is, would cost 1.7 KB more.
 * RFC 7515 §5.2, RFC 7518 §3.1.
 */

const SHA = "SHA-256";
const ALGORITHMS = {
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: SHA },
  PS256: { name: "RSA-PSS", hash: SHA, saltLength: 32 },
  ES256: { name: "ECDSA", hash: SHA, namedCurve: "P-256" },
  EdDSA: { name: "Ed25519" },
};

/** Returns if the token is signed by a key of the set, else throws. */
export async function verifySignature(token, jwksUri) {
  const [header, payload, signature] = token.split(".");
  const { alg, kid } = JSON.parse(atob(base64(header)));
  const algorithm = Object.hasOwn(ALGORITHMS, alg) && ALGORITHMS[alg];
  const jwk = algorithm && (await findKey(jwksUri, (key) => key.kid === kid && (key.alg ?? alg) === alg));
  const valid =
    jwk &&
    (await crypto.subtle.verify(
      algorithm,
      await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]),
      bytes(atob(base64(signature))),
      bytes(`${header}.${payload}`),
    ));
  if (!valid) throw { code: "invalid_signature" };
}

async function findKey(jwksUri, wanted) {
  // A key that is newer than the cached set: ask once more, past the cache.
  for (const cache of ["default", "reload"]) {
    const response = await fetch(jwksUri, { cache, signal: AbortSignal.timeout(1e4) });
    const key = (await response.json()).keys.find(wanted);
    if (key) return key;
  }
}

const base64 = (text) => text.replaceAll("-", "+").replaceAll("_", "/");
const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
