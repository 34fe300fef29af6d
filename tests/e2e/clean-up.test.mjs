/** The cron in workerd: what has expired goes, in bounded batches, and what lives stays. Rows stand in D1 as a deployment would have them. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startNightlatch } from "./support/harness.mjs";

/** More than one batch of 500 rows. */
const EXPIRED = 1_203;
const LIVING = 7;
const HOUR = 3_600;
const DAY = 86_400;

const now = () => Math.floor(Date.now() / 1000);
const hex = (time) => time.toString(16).padStart(8, "0");

/** SQL that makes `count` rows of a table; `id` begins with the expiry, as every key of a table that expires does. */
const TABLES = {
  challenges: `INSERT INTO challenges (id, browser, address, typed, lane, digits, request)
    SELECT ?1 || printf('%08x', n), 'b', 'a@example.org', 'a@example.org', 'l', 6, '{}' FROM numbers`,
  codes: `INSERT INTO codes (id, client_id, redirect_uri, code_challenge, user_id, session_id, scope, auth_time, amr, acr, grant_id)
    SELECT ?1 || printf('%08x', n), 'c', 'https://app.example', '', 'u', 's', 'openid', 0, 'otp', '1', 'g' FROM numbers`,
  sessions: `INSERT INTO sessions (id, user_id, auth_time, amr, acr, created_at)
    SELECT ?1 || printf('%08x', n), 'u', 0, 'otp', '1', 0 FROM numbers`,
  grants: `INSERT INTO grants (id, user_id, client_id, session_id, scope, auth_time, amr, acr, rotated_at, expires_at)
    SELECT ?1 || printf('%08x', n), 'u', 'c', 's', 'openid', 0, 'otp', '1', 0, 0 FROM numbers`,
};

const BUDGETS = "INSERT INTO budgets (day, subject) SELECT ?1, printf('%08x', n) FROM numbers";

describe("the clean-up cron", { timeout: 120_000 }, () => {
  let nightlatch, outcome;

  before(async () => {
    nightlatch = await startNightlatch();
    for (const sql of Object.values(TABLES)) {
      await fill(sql, hex(now() - 2 * DAY), EXPIRED);
      await fill(sql, hex(now() + HOUR), LIVING);
    }
    // A challenge is over, but its page may still be open and send another code.
    await fill(TABLES.challenges, hex(now() - HOUR / 2), LIVING);
    // A code is over, but what it gave may still live, so its replay must still be seen.
    await fill(TABLES.codes, hex(now() - HOUR / 2), LIVING);
    const today = Math.floor(now() / DAY);
    await fill(BUDGETS, today - 2, EXPIRED);
    await fill(BUDGETS, today - 1, LIVING);
    await fill(BUDGETS, today, LIVING);
    await nightlatch.runtime.kvPut("keys", null);
    ({ outcome } = await nightlatch.runtime.scheduled());
  });

  after(() => nightlatch?.stop());

  test("runs to its end and says how much it deleted", () => {
    assert.equal(outcome, "ok");
    assert.deepEqual(nightlatch.events("clean_up").map(({ deleted }) => deleted), [5 * EXPIRED]);
    assert.deepEqual(nightlatch.events("clean_up_failed"), []);
  });

  for (const [table, living] of Object.entries({ challenges: 2 * LIVING, codes: 2 * LIVING, sessions: LIVING, grants: LIVING, budgets: 2 * LIVING })) {
    test(`leaves the living rows of ${table} alone, and no other`, async () => {
      assert.equal(await count(table), living);
    });
  }

  test("publishes the keys where the edge reads them", async () => {
    const kids = (await nightlatch.runtime.d1("SELECT kid FROM signing_keys ORDER BY kid")).map(({ kid }) => kid);
    const published = await nightlatch.runtime.kvGet("keys");
    assert.ok(kids.length > 0);
    for (const kid of kids) assert.ok(published.includes(kid));
  });

  test("takes a bounded number of rows in one run, and the rest in the next", async () => {
    // 40 statements of 500 rows, ten of which look after the other tables.
    await fill(TABLES.challenges, hex(now() - 2 * DAY), 15_001);
    await nightlatch.runtime.scheduled();
    assert.equal(await count("challenges"), 2 * LIVING + 1);
    await nightlatch.runtime.scheduled();
    assert.equal(await count("challenges"), 2 * LIVING);
  });

  test("has nothing to do a second time", async () => {
    await nightlatch.runtime.scheduled();
    assert.equal(nightlatch.events("clean_up").at(-1).deleted, 0);
  });

  function fill(sql, first, rows) {
    const numbers = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${rows})`;
    return nightlatch.runtime.d1(sql.replace(/SELECT/, `${numbers} SELECT`), [first]);
  }

  async function count(table) {
    const [{ rows }] = await nightlatch.runtime.d1(`SELECT count(*) AS rows FROM ${table}`);
    return rows;
  }
});
