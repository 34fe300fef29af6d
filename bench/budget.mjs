/** What a sign-in may cost, and whether it does. The figures stand in ARCHITECTURE.md, too. */

/** At most so many D1 round trips and written rows (index rows counted) for each step. No step reads or writes KV while its caches are warm. */
export const STEPS = {
  discovery: { trips: 0, rows: 0 },
  jwks: { trips: 0, rows: 0 },
  authorize: { trips: 0, rows: 0 },
  authorize_signed_in: { trips: 1, rows: 1 },
  send: { trips: 1, rows: 3 },
  code_page: { trips: 1, rows: 0 },
  verify: { trips: 2, rows: 4 },
  token: { trips: 1, rows: 3 },
  userinfo: { trips: 1, rows: 0 },
  introspect: { trips: 1, rows: 0 },
  refresh: { trips: 1, rows: 2 },
  passkey: { trips: 2, rows: 5 },
};

/** The steps of a whole sign-in. */
export const SIGN_IN = ["authorize", "send", "code_page", "verify", "token"];

/** The steps of a sign-in by passkey, to the code. */
export const PASSKEY_SIGN_IN = ["authorize", "passkey"];

const WHOLE = { sign_in: { trips: 5, rows: 10 }, first_sign_in: { trips: 5, rows: 14 }, sign_in_million: { trips: 5, rows: 10 }, passkey_sign_in: { trips: 2, rows: 5 } };

/** 1.5 MiB, and what is left of it by `gzip -9`. A function is compiled whole at its first call, which a visitor of a fresh isolate waits for. */
const MODULE = { raw_bytes: 1_572_864, gzip_bytes: 700_000, largest_function_bytes: 50_000 };
const SDK_GZIP_BYTES = 10_000;

/** Of what the empty Worker spends that makes the same trips and signatures: so many times for a whole sign-in, so much more for a step. */
const TIMES = 1.3;
const MORE_MS = 0.3;
/** A sign-in with a million people costs at most so many times one with a thousand. */
const MILLION_TIMES = 1.2;

/** Every figure that is over its limit, as one line each. */
export function broken(result) {
  const lines = [];
  const atMost = (what, figure, most) => {
    if (figure > most) lines.push(`${what}: ${figure}, at most ${most}`);
  };
  for (const [name, budget] of Object.entries(STEPS)) counts(atMost, name, result.steps[name], budget);
  for (const [name, budget] of Object.entries(WHOLE)) if (result[name]) counts(atMost, name, result[name], budget);
  for (const [name, most] of Object.entries(MODULE)) atMost(`module ${name}`, result.module[name], most);
  atMost("sdk gzip_bytes", result.sdk.gzip_bytes, SDK_GZIP_BYTES);
  if (result.sign_in.cpu_ms !== null) time(atMost, result);
  return lines;
}

function counts(atMost, name, figures, { trips, rows }) {
  atMost(`${name} d1_round_trips`, figures.d1_round_trips, trips);
  atMost(`${name} rows_written`, figures.rows_written, rows);
  atMost(`${name} kv_writes`, figures.kv_writes, 0);
}

function time(atMost, result) {
  for (const [name, { cpu_ms, limit_cpu_ms }] of Object.entries(result.steps)) atMost(`${name} cpu_ms`, cpu_ms, round(limit_cpu_ms + MORE_MS));
  for (const name of Object.keys(WHOLE)) {
    if (result[name]) atMost(`${name} cpu_ms`, result[name].cpu_ms, round(result[name].limit_cpu_ms * TIMES));
  }
  if (result.sign_in_million) atMost("sign_in_million cpu_ms", result.sign_in_million.cpu_ms, round(result.sign_in.cpu_ms * MILLION_TIMES));
}

/** Three decimals. */
export const round = (number) => Math.round(number * 1_000) / 1_000;

/** The one in the middle. */
export const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
