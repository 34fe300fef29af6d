/**
 * Fills a local D1 with people and their refresh tokens, straight into its SQLite file while no runtime has it open: a million of each takes
 * seconds. The people are returning ones: their addresses are proven.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { OneLine } from "../scripts/lib/project.mjs";
import { PUBLIC_JWK } from "./passkey.mjs";

const YEAR_S = 31_536_000;

/** So many people are there in every filled database. */
export const RESIDENTS = 1_000;

/** The address of the n-th person. */
export const addressOf = (n) => `person${n}@example.org`;

/** Makes people 0 to `count` - 1, with a passkey and one grant of `clientId` each. Gives the seconds that it took. */
export async function fill(stateDir, { count, clientId }) {
  const { DatabaseSync } = await import("node:sqlite");
  const begun = Date.now();
  const now = Math.floor(begun / 1000);
  const database = open(DatabaseSync, stateDir);
  const indexes = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").all();
  // In the order of their keys and with the indexes made afterwards, rows go in as fast as they can be written.
  database.exec(`
    PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -400000;
    BEGIN;
    ${indexes.map(({ name }) => `DROP INDEX ${name};`).join("\n")}
    CREATE TEMP TABLE people AS
      WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})
      SELECT n, printf('%08x%014x', n * 2654435761 % 4294967296, n) AS id, lower(hex(randomblob(11))) AS random FROM numbers;
    INSERT INTO users (id, locale, created_at, updated_at) SELECT id, 'en', ${now}, ${now} FROM people ORDER BY id;
    INSERT INTO addresses (identity, user_id, typed, position, verified_at)
      SELECT 'person' || n || '@example.org', id, 'person' || n || '@example.org', 0, ${now} FROM people ORDER BY 1;
    INSERT INTO grants (id, user_id, client_id, session_id, scope, auth_time, amr, acr, rotated_at, expires_at)
      SELECT printf('%08x', ${now + YEAR_S} + n % 86400) || random, id, '${clientId}', printf('%08x', ${now + YEAR_S}) || id,
             'openid profile email offline_access', ${now}, 'otp', 'urn:nightlatch:acr:one_factor', ${now}, ${now + YEAR_S}
      FROM people ORDER BY 1;
    INSERT INTO passkeys (id, user_id, name, algorithm, public_jwk, counter, backup_eligible, backed_up, aaguid, transports, created_at)
      SELECT printf('%08x', n), id, 'Passkey', 'ES256', '${PUBLIC_JWK}', 0, 0, 0, '00000000-0000-0000-0000-000000000000', 'internal', ${now}
      FROM people ORDER BY 1;
    ${indexes.map(({ sql }) => `${sql};`).join("\n")}
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
  return (Date.now() - begun) / 1000;
}

/** The D1 file of a state folder: the one that has our tables. */
function open(DatabaseSync, stateDir) {
  const files = readdirSync(stateDir, { recursive: true }).filter((name) => name.endsWith(".sqlite"));
  for (const name of files) {
    const database = new DatabaseSync(join(stateDir, name));
    if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'grants'").get()) return database;
    database.close();
  }
  throw new OneLine(`There is no D1 database in ${stateDir}.`);
}
