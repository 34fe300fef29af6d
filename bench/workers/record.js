/**
 * The built Worker with a clerk beside each binding, who writes down what passes: every D1 trip with its statements and written rows, every
 * KV read and write, every WebCrypto signature, and every key that one is verified with. For counting alone, never for timing. Requests are named by
 * the header `bench-label` and come one after the other; `GET /bench/tape` gives what was written since the last time.
 */

import nightlatch from "./entry.js";

const entries = [];
let current = begin("");

function begin(label) {
  return { label, trips: [], rowsWritten: 0, kvReads: 0, kvWrites: 0, signatures: [] };
}

class Statement {
  constructor(real, sql, params = []) {
    Object.assign(this, { real, sql, params });
  }

  bind(...params) {
    return new Statement(this.real.bind(...params), this.sql, params);
  }
}

const database = (real) => ({
  prepare: (sql) => new Statement(real.prepare(sql), sql),
  async batch(statements) {
    const entry = current;
    entry.trips.push(statements.map(({ sql, params }) => [sql, params]));
    const results = await real.batch(statements.map((statement) => statement.real));
    for (const { meta } of results) entry.rowsWritten += meta.rows_written;
    return results;
  },
});

const cache = (real) => ({
  get(...parameters) {
    current.kvReads += 1;
    return real.get(...parameters);
  },
  put(...parameters) {
    current.kvWrites += 1;
    return real.put(...parameters);
  },
});

const { importKey } = SubtleCrypto.prototype;
SubtleCrypto.prototype.importKey = function (format, key, parameters, extractable, usages) {
  if (usages.includes("verify")) current.signatures.push(["import", parameters.name]);
  return importKey.call(this, format, key, parameters, extractable, usages);
};

for (const use of ["sign", "verify"]) {
  const real = SubtleCrypto.prototype[use];
  SubtleCrypto.prototype[use] = function (parameters, key, ...bytes) {
    current.signatures.push([use, key.algorithm.name, bytes.at(-1).byteLength]);
    return real.call(this, parameters, key, ...bytes);
  };
}

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname === "/bench/tape") return Response.json(entries.splice(0));
    current = begin(request.headers.get("bench-label"));
    entries.push(current);
    return nightlatch.fetch(request, { ...env, DB: database(env.DB), KV: cache(env.KV) }, context);
  },
};
