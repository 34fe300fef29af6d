/** The timing pass on Workers whose costs are known. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { measure } from "../../bench/measure.mjs";

/** A Worker whose requests cost so much each, and more while the machine is busy; it writes down whom it saw. */
class Stage {
  seen = [];
  #spent = 0;

  constructor(cost, status = 200) {
    Object.assign(this, { cost, status });
  }

  async send(request) {
    this.seen.push(request);
    this.#spent += this.cost(request);
    return { status: this.status, text: "", headers: {}, ms: 1 };
  }

  cpuMs = () => this.#spent;
}

class Person {
  did = [];
  double;

  constructor(number, double) {
    Object.assign(this, { number, double });
  }

  async request(step) {
    this.did.push(`request ${step}`);
    return { number: this.number, step, headers: {} };
  }

  learn(step) {
    this.did.push(`learn ${step}`);
  }
}

const people = (count) => Array.from({ length: count }, (_, number) => new Person(number, new Person(number)));
const stages = (cost, status) => ({ ours: new Stage(cost(3)), limit: new Stage(cost(2), status), empty: new Stage(cost(1)) });
const act = (more) => ({ people: people(400), stages: stages((ms) => () => ms), steps: ["one", "two"], repeat: 1, ...more });

test("each Worker's CPU is that of its own requests, for each person", async () => {
  const [figures, repeated] = await measure([act(), act({ steps: ["one"], repeat: 5 })], 8);
  assert.deepEqual(figures, { cpu_ms: 6, empty_cpu_ms: 2, limit_cpu_ms: 4, p50_ms: 2, p95_ms: 2 });
  assert.deepEqual(repeated, { cpu_ms: 3, empty_cpu_ms: 1, limit_cpu_ms: 2, p50_ms: 1, p95_ms: 1 });
});

test("turns in which the machine was busy don't count", async () => {
  const busy = (ms) => ({ number }) => (number % 200 < 100 ? 100 * ms : ms);
  const [figures] = await measure([act({ stages: stages(busy) })], 8);
  assert.deepEqual([figures.cpu_ms, figures.limit_cpu_ms, figures.empty_cpu_ms], [6, 4, 2]);
});

test("the empty Workers get the very same requests, and a double does the work between them", async () => {
  const played = act({ people: people(3) });
  await measure([played], 1);
  const { ours, limit, empty } = played.stages;
  assert.equal(ours.seen.length, 6);
  for (const other of [limit, empty]) assert.deepEqual(other.seen.map((request) => ours.seen.indexOf(request)), [0, 1, 2, 3, 4, 5]);
  const once = ["request one", "learn one", "request two", "learn two"];
  for (const { did, double } of played.people) assert.deepEqual([did, double.did], [once, [...once, ...once]]);
});

test("an empty Worker that fails is told of", () =>
  assert.rejects(measure([act({ people: people(1), stages: stages((ms) => () => ms, 500) })], 1), /answered 500/));
