/** Who does what in the bench: groups of people, each person with a number, an address and the steps that they take. */

import { PASSKEY_SIGN_IN, SIGN_IN } from "./budget.mjs";
import { addressOf, RESIDENTS } from "./fill.mjs";

export const PARALLEL = [1, 8];
/** Each step in the order in which a person takes them. */
export const ORDER = ["discovery", "jwks", ...SIGN_IN, "userinfo", "introspect", "refresh", "authorize_signed_in", "passkey"];

/**
 * An isolate compiles what it runs often: before a thousand sign-ins it spends a third more, on JavaScript as on WebAssembly. Nightlatch has many more
 * functions than an empty Worker, of which each is compiled when it has run long enough: it goes on alone for a while before the three begin together.
 */
export const FULL = { steps: 800, whole: 800, alone: 8_000, warm: 1_000 };
export const QUICK = { steps: 2, whole: 2, alone: 0, warm: 1 };

/** Limits are for 8 in parallel; for 1, so many times fewer people take steps. */
const FEWER_AT_1 = 4;

/**
 * Groups as they come on: `{kind, parallel, steps, people}`. Kinds are "alone" (Nightlatch alone gets those requests), "warm", "steps" (each step by
 * itself), "whole" and "first" sign-ins, and those by "passkey".
 */
export function castOf({ steps, whole, alone, warm }) {
  const most = Math.max(...PARALLEL);
  const groups = [
    { kind: "alone", parallel: most, count: alone, steps: ORDER },
    { kind: "warm", parallel: most, count: warm, steps: ORDER },
  ];
  for (const parallel of PARALLEL) {
    const count = (full) => (parallel === 1 ? Math.ceil(full / FEWER_AT_1) : full);
    groups.push({ kind: "steps", parallel, count: count(steps), steps: ORDER });
    groups.push({ kind: "whole", parallel, count: count(whole), steps: SIGN_IN });
    groups.push({ kind: "first", parallel, count: count(whole), steps: SIGN_IN });
    groups.push({ kind: "passkey", parallel, count: count(whole), steps: PASSKEY_SIGN_IN });
  }
  let next = 0;
  for (const group of groups) {
    const addressed = group.kind === "first" ? (number) => `new${number}@example.org` : (number) => addressOf(number % RESIDENTS);
    group.people = Array.from({ length: group.count }, () => ({ number: next, address: addressed(next++), steps: group.steps }));
  }
  return groups;
}
