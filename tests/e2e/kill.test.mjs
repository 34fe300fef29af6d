/** workerd dies in the middle of sign-ins: what it had answered is still there when it is back, and nothing works twice. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { killAgainAndAgain } from "../../bench/kill/rounds.mjs";

test("nothing_that_was_answered_is_lost_by_a_kill_and_nothing_works_twice", async () => {
  const { kills, checked, wrong } = await killAgainAndAgain(3);
  assert.deepEqual(wrong, []);
  assert.equal(kills, 3);
  assert.ok(checked > 0, "no round came as far as a credential");
});
