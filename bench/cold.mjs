/**
 * What the first sign-in in a fresh isolate costs, as at a place of the edge where nobody has signed in for a while. Most of that is V8, which
 * compiles each function at its first call: what counts is how much of the module a sign-in touches.
 */

import { setTimeout as pause } from "node:timers/promises";
import { median, round, SIGN_IN } from "./budget.mjs";
import { addressOf } from "./fill.mjs";
import { Person } from "./person.mjs";
import { Mail, Stage, varsFor } from "./stage.mjs";
import { empty, nightlatch } from "./workers.mjs";

const ISOLATES = 7;
/** What V8 compiles in the background goes on for a moment after an answer. */
const SETTLED_MS = 200;

/** The median of some isolates: CPU and waiting of one returning person's sign-in, and the CPU of an empty Worker that gets the same requests. */
export async function coldSignIn({ stateDir: state, issuer, port }) {
  const runs = [];
  for (let number = 0; number < ISOLATES; number += 1) {
    const mail = new Mail();
    const person = new Person({ number, address: addressOf(number), issuer, codeOf: mail.codeOf });
    const requests = [];
    const signIn = async (stage) => {
      let waited = 0;
      for (const step of SIGN_IN) {
        const request = await person.request(step);
        const answer = await stage.send(request);
        person.learn(step, answer);
        requests.push(request);
        waited += answer.ms;
      }
      return waited;
    };
    const ours = await spent({ worker: nightlatch(varsFor(issuer)), state, port, onLog: mail.onLog }, signIn);
    const nothing = await spent({ worker: empty() }, async (stage) => {
      for (const request of requests) await stage.send(request);
    });
    runs.push({ cpu_ms: ours.cpu, empty_cpu_ms: nothing.cpu, ms: ours.value });
  }
  return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, round(median(runs.map((run) => run[name])))]));
}

/** What a fresh workerd spends on what is done with it; and what that gives. */
async function spent({ worker, ...options }, done) {
  const stage = await Stage.open(worker, { ...options, parallel: 1 });
  try {
    const before = stage.cpuMs();
    const value = await done(stage);
    await pause(SETTLED_MS);
    return { cpu: stage.cpuMs() - before, value };
  } finally {
    await stage.close();
  }
}
