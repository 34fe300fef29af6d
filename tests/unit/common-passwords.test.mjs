/** The filter of common passwords is the one that its script makes, and misses none of its list. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bloom, contains, FILE, list } from "../../scripts/common-passwords.mjs";

test("the filter is what the list makes today: run `node scripts/common-passwords.mjs` where it isn't", () => {
  const passwords = list();
  // ASVS 5.0, 6.2.4: at least the 3,000 most common ones that the policy would take.
  assert.ok(passwords.length > 15_000, `${passwords.length}`);
  assert.ok(readFileSync(FILE).equals(bloom(passwords)));
});

test("no password of the list is missed, and few others are taken for one", () => {
  const filter = readFileSync(FILE);
  assert.ok(filter.length <= 60_000);
  for (const password of list()) assert.ok(contains(filter, password), password);
  const others = Array.from({ length: 20_000 }, (_, index) => `somebody else's ${index}`).filter((password) => contains(filter, password));
  assert.ok(others.length < 45, `${others.length} of 20,000`);
});
