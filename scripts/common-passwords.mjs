/**
 * Builds `src/factors/password/common.bloom`, by which the Worker knows common passwords, from the list that `@zxcvbn-ts/language-common`
 * ships (MIT; 49,000 passwords by how common they are). `src/factors/password/common.rs` reads it and has the same figures.
 *
 *     node scripts/common-passwords.mjs
 */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inProject, main, say } from "./lib/project.mjs";

export const FILE = inProject("src/factors/password/common.bloom");
/** How many bits the filter has: a power of two. */
const BITS = 2 ** 18;
/** How many of them one password sets. */
const HASHES = 10;
/** No policy takes a password with fewer characters, so none of them needs a place here. */
const SHORTEST = 8;

/** The passwords of the list that a policy could take, in lower case. */
export function list() {
  const all = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("@zxcvbn-ts/language-common/src/passwords.json"), "utf8"));
  return [...new Set(all.map((password) => password.normalize("NFC").toLowerCase()))].filter((password) => [...password].length >= SHORTEST);
}

/** The bits that a password sets: three octets of its hash for each. */
function bits(password) {
  const digest = createHash("sha256").update(password).digest();
  return Array.from({ length: HASHES }, (_, index) => digest.readUIntBE(3 * index, 3) % BITS);
}

/** The filter's octets; bit 0 is the lowest of the first one. */
export function bloom(passwords) {
  const filter = Buffer.alloc(BITS / 8);
  for (const bit of passwords.flatMap(bits)) filter[bit >> 3] |= 1 << (bit & 7);
  return filter;
}

/** Whether the filter takes the password for one of its list. */
export const contains = (filter, password) => bits(password).every((bit) => filter[bit >> 3] & (1 << (bit & 7)));

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const passwords = list();
    const filter = bloom(passwords);
    writeFileSync(FILE, filter);
    const ones = filter.reduce((sum, octet) => sum + octet.toString(2).replaceAll("0", "").length, 0);
    say(`${passwords.length} passwords, ${filter.length} octets; of others one in ${Math.round((BITS / ones) ** HASHES)} is taken for one of them.`);
  });
}
