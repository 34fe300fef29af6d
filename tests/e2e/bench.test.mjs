/** What a sign-in costs at its bindings, and how large things are: the figures of the bench that are the same on every machine. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { bench } from "../../bench/bench.mjs";
import { broken } from "../../bench/budget.mjs";

test("a_sign_in_keeps_to_its_round_trips_rows_and_bytes", async () => {
  assert.deepEqual(broken(await bench({ quick: true })), []);
});
