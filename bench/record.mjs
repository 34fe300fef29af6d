/** The counting pass: people sign in one after the other, and everything that crosses a binding is written down. */

import { median } from "./budget.mjs";
import { recording } from "./workers.mjs";
import { Mail, Stage, varsFor } from "./stage.mjs";
import { Person } from "./person.mjs";

/**
 * Lets each of `people` (`{number, address, steps}`) take their steps; the first one warms the caches up and isn't counted. Gives the entries by
 * label, the tape for the limit Worker, and a login page.
 */
export async function record(state, { people, port }) {
  const issuer = `http://localhost:${port}`;
  const mail = new Mail();
  const stage = await Stage.open(recording(varsFor(issuer)), { state, parallel: 1, onLog: mail.onLog, port });
  try {
    const entries = {};
    let page = "";
    for (const { number, address, steps } of people) {
      const person = new Person({ number, address, issuer, codeOf: mail.codeOf });
      for (const step of steps) {
        const answer = await stage.send(await person.request(step));
        person.learn(step, answer);
        if (step === "authorize") page = answer.text;
      }
      const written = await stage.send({ method: "GET", path: "/bench/tape", headers: { host: new URL(issuer).host } });
      for (const entry of JSON.parse(written.text)) entries[entry.label] = entry;
    }
    return { entries, tape: tapeOf(entries), page };
  } finally {
    await stage.close();
  }
}

/** Each statement's text once; each request's trips and signatures. */
function tapeOf(entries) {
  const places = new Map();
  const place = (sql) => places.get(sql) ?? places.set(sql, places.size).get(sql);
  const requests = {};
  for (const { label, trips, signatures } of Object.values(entries)) {
    requests[label] = { trips: trips.map((trip) => trip.map(([sql, params]) => [place(sql), params])), signatures };
  }
  return { statements: [...places.keys()], requests };
}

/** What a step costs at its bindings: what most requests of it cost, and any KV write at all. */
export function countsOf(entries, numbers, step) {
  const found = numbers.map((number) => entries[`${number}:${step}`]);
  return {
    d1_round_trips: median(found.map(({ trips }) => trips.length)),
    rows_written: median(found.map(({ rowsWritten }) => rowsWritten)),
    kv_reads: median(found.map(({ kvReads }) => kvReads)),
    kv_writes: Math.max(...found.map(({ kvWrites }) => kvWrites)),
  };
}
