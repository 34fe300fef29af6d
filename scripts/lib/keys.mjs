/** Makes signing keys: an RSA key of 2,048 bits and one on P-256, as private JWKs (RFC 7517). No request ever does. */

import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

const KINDS = {
  RS256: ["rsa", { modulusLength: 2048, publicExponent: 0x10001 }],
  ES256: ["ec", { namedCurve: "P-256" }],
};

/** The algorithms that keys are made for. */
export const ALGORITHMS = Object.keys(KINDS);

/** One new key for each algorithm: `[{algorithm, private_jwk}]`. */
export async function newKeys(algorithms = ALGORITHMS) {
  return Promise.all(
    algorithms.map(async (algorithm) => {
      const { privateKey } = await generate(...KINDS[algorithm]);
      return { algorithm, private_jwk: { ...privateKey.export({ format: "jwk" }), alg: algorithm, use: "sig" } };
    }),
  );
}
