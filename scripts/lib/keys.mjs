/** Makes signing keys: an RSA key of 2,048 bits and one on P-256, as private JWKs (RFC 7517). No request ever does. */

import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { OneLine } from "./project.mjs";

const generate = promisify(generateKeyPair);

const KINDS = {
  RS256: ["rsa", { modulusLength: 2048, publicExponent: 0x10001 }],
  ES256: ["ec", { namedCurve: "P-256" }],
};

/** One new key for each algorithm: `[{algorithm, private_jwk}]`. */
export async function newKeys(algorithms = Object.keys(KINDS)) {
  const unknown = algorithms.find((algorithm) => !KINDS[algorithm]);
  if (unknown) throw new OneLine(`There is no algorithm "${unknown}": say ${Object.keys(KINDS).join(" or ")}.`);
  return Promise.all(
    algorithms.map(async (algorithm) => {
      const { privateKey } = await generate(...KINDS[algorithm]);
      return { algorithm, private_jwk: { ...privateKey.export({ format: "jwk" }), alg: algorithm, use: "sig" } };
    }),
  );
}
