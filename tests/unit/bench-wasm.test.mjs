/** The size of functions, on modules that are written by hand. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { largestFunctionBytes } from "../../bench/wasm.mjs";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** One type without parameters or results, and so many functions of it. */
const functions = (count) => [1, 4, 1, 0x60, 0, 0, 3, count + 1, count, ...Array(count).fill(0)];
/** A body without locals that does nothing so many times; sizes take two bytes of LEB128. */
const body = (nops) => [...leb(nops + 2), 0, ...Array(nops).fill(1), 0x0b];
const leb = (number) => [(number & 127) | 128, number >> 7];

test("the largest function's size is read, whatever stands before its section", () => {
  const bodies = [body(300), body(7), body(1_000), body(0)];
  const code = [bodies.length, ...bodies.flat()];
  const module = Uint8Array.from([...HEADER, ...functions(bodies.length), 10, ...leb(code.length), ...code]);
  assert.ok(WebAssembly.validate(module));
  assert.equal(largestFunctionBytes(module), 1_002);
});

test("what isn't a whole module is told of", () => {
  assert.throws(() => largestFunctionBytes(Uint8Array.from([...HEADER, ...functions(1)])), /no code/);
  assert.throws(() => largestFunctionBytes(Uint8Array.from([...HEADER, 10, 0x80])), /ends in the middle/);
});
