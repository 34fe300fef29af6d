/**
 * An empty Worker that makes the same D1 trips and signatures: it plays what `record.js` wrote down, statement by statement with the same
 * parameters, on a database of its own that began the same; then it answers at once. A key that belongs to one person alone, as a passkey's does, is
 * imported for each check. What it spends is the limit that Nightlatch is held to.
 */

import tape from "./tape.js";

const ALGORITHMS = {
  "RSASSA-PKCS1-v1_5": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  ECDSA: { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" },
};
const { statements, requests } = JSON.parse(tape);
const prepared = new Map();
const keys = new Map();

function statement(database, [index, params]) {
  if (!prepared.has(index)) prepared.set(index, database.prepare(statements[index]));
  const found = prepared.get(index);
  return params.length ? found.bind(...params) : found;
}

/** A key pair, and a signature to be verified. */
async function keyOf(name) {
  if (!keys.has(name)) {
    const pair = await crypto.subtle.generateKey(ALGORITHMS[name], true, ["sign", "verify"]);
    const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
    keys.set(name, { ...pair, jwk, signatures: new Map() });
  }
  return keys.get(name);
}

async function sign([use, name, length]) {
  const { privateKey, publicKey, jwk, signatures } = await keyOf(name);
  if (use === "import") return crypto.subtle.importKey("jwk", jwk, ALGORITHMS[name], false, ["verify"]);
  const message = new Uint8Array(length);
  if (use === "sign") return crypto.subtle.sign(ALGORITHMS[name], privateKey, message);
  if (!signatures.has(length)) signatures.set(length, await crypto.subtle.sign(ALGORITHMS[name], privateKey, message));
  return crypto.subtle.verify(ALGORITHMS[name], publicKey, signatures.get(length), message);
}

export default {
  async fetch(request, env) {
    const { trips, signatures } = requests[request.headers.get("bench-label")];
    for (const trip of trips) await env.DB.batch(trip.map((one) => statement(env.DB, one)));
    for (const signature of signatures) await sign(signature);
    return new Response("ok");
  },
};
