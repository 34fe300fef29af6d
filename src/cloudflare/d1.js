/** One trip to D1 with one call from Rust: every value that crosses by itself costs more than it does there. */

const prepared = [];

/** Prepares a statement; gives its number. Without parameters bound it is a plain value that outlives requests. */
export const prepare = (database, sql) => prepared.push(database.prepare(sql)) - 1;

/** `trip` is the JSON of `[number, parameters]` for each statement; gives the JSON of each one's rows. */
export async function batch(database, trip) {
  const statements = JSON.parse(trip).map(([number, parameters]) => (parameters.length ? prepared[number].bind(...parameters) : prepared[number]));
  const results = await database.batch(statements);
  return JSON.stringify(results.map(({ results }) => results ?? []));
}
