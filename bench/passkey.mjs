/** The passkeys of the bench's people: one key for all of them, which answers as a browser and its authenticator would. */

import { createHash, createPrivateKey, sign } from "node:crypto";

/** For the bench alone. */
const JWK = {"kty":"EC","x":"3ynsq6M6kNz7cWDfccBNOF_aA5eva46D2q3bcjd3PWA","y":"wxyhEq6NxWGCKIooUlURJaZM7N1Qo60DyHNeAw259vY","crv":"P-256","d":"xPrpai2BY11lHiias-KvYiM5dMSuzhizF_4ZhzhIT-I"};
const KEY = createPrivateKey({ format: "jwk", key: JWK });
/** Somebody was there, and the authenticator knew who. */
const FLAGS = 0b101;

/** The public half, as it stands in the database. */
export const PUBLIC_JWK = JSON.stringify({ kty: JWK.kty, crv: JWK.crv, x: JWK.x, y: JWK.y });

/** The credential id of the n-th person: eight digits are six bytes of base64url. */
export const credentialOf = (n) => hex(n, 8);

/** The id of the n-th person, as the filling makes it: scattered over the keys, as random ones are. */
export const userOf = (n) => hex((n * 2_654_435_761) % 4_294_967_296, 8) + hex(n, 14);

/** What the n-th person's passkey answers to these options on a page of that origin. */
export function answer(n, { challenge, rpId }, origin) {
  const clientData = Buffer.from(JSON.stringify({ type: "webauthn.get", challenge, origin, crossOrigin: false }));
  const data = Buffer.concat([sha256(rpId), Buffer.from([FLAGS, 0, 0, 0, 0])]);
  const response = {
    clientDataJSON: clientData.toString("base64url"),
    authenticatorData: data.toString("base64url"),
    signature: sign("sha256", Buffer.concat([data, sha256(clientData)]), KEY).toString("base64url"),
    userHandle: userOf(n),
  };
  const id = credentialOf(n);
  return JSON.stringify({ id, rawId: id, type: "public-key", clientExtensionResults: {}, response });
}

const hex = (number, digits) => number.toString(16).padStart(digits, "0");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
