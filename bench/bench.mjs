/**
 * The whole bench: fills databases, counts what crosses the bindings, then measures the CPU of Nightlatch beside two empty Workers (one answers at
 * once, one makes the same D1 trips and signatures), at 1 and at 8 in parallel, with a thousand people and with a million.
 */

import { rmSync } from "node:fs";
import { buildWorker } from "../scripts/lib/build.mjs";
import { progress } from "../scripts/lib/project.mjs";
import { freePort } from "../scripts/runtime.mjs";
import { SIGN_IN, STEPS } from "./budget.mjs";
import { addressOf } from "./fill.mjs";
import { Trio } from "./measure.mjs";
import { Person } from "./person.mjs";
import { countsOf, record } from "./record.mjs";
import { sizes } from "./sizes.mjs";
import { filledState, Mail, Stage, varsFor } from "./stage.mjs";
import { empty, limit, nightlatch } from "./workers.mjs";

const THOUSAND = 1_000;
const MILLION = 1_000_000;
const PARALLEL = [1, 8];
/** Each step in the order in which a person takes them; those that change nothing are repeated, for the clock's sake. */
const ORDER = ["discovery", "jwks", ...SIGN_IN, "userinfo", "introspect", "refresh", "authorize_signed_in"];
const REPEATED = { discovery: 5, jwks: 5, authorize: 5, code_page: 2, userinfo: 2, introspect: 2 };
/** An isolate compiles what it runs often; before some hundred sign-ins it spends a third more, on JavaScript as on WebAssembly. */
const FULL = { steps: 160, whole: 240, warm: 500 };
const QUICK = { steps: 2, whole: 2, warm: 1 };

/** Runs it; gives the figures as `--json` writes them. */
export async function bench({ quick = false } = {}) {
  await buildWorker();
  const size = quick ? QUICK : FULL;
  const thousand = await play(THOUSAND, castOf(size), { timed: !quick });
  const { steps, whole, first, page } = thousand;
  const result = { steps, sign_in: whole, first_sign_in: first };
  if (!quick) result.sign_in_million = (await play(MILLION, castOf({ ...size, steps: 0 }), { timed: true })).whole;
  return { ...result, ...sizes(page) };
}

/** Who does what: groups of people, none of whom signs in twice. Those of the database come first, newcomers have other addresses. */
function castOf({ steps, whole, warm }) {
  const groups = [];
  for (const parallel of PARALLEL) {
    if (steps) groups.push({ kind: "steps", parallel, count: steps, steps: ORDER });
    groups.push({ kind: "whole", parallel, count: whole, steps: SIGN_IN });
    if (steps) groups.push({ kind: "first", parallel, count: whole, steps: SIGN_IN });
  }
  groups.push({ kind: "warm", parallel: 8, count: warm, steps: ORDER });
  const next = { resident: 0, newcomer: THOUSAND };
  for (const group of groups) {
    const resident = group.kind === "steps" || group.kind === "whole";
    group.people = Array.from({ length: group.count }, () => {
      const number = resident ? next.resident++ : next.newcomer++;
      return { number, steps: group.steps, address: resident ? addressOf(number) : `new${number}@example.org` };
    });
  }
  return [groups.pop(), ...groups];
}

async function play(users, groups, { timed }) {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  progress(`Filling a database with ${users.toLocaleString("en")} people …`);
  const { stateDir: state, seconds } = await filledState(users, varsFor(issuer));
  progress(`… took ${seconds.toFixed(1)} s. Counting …`);
  try {
    const recorded = await record(state, { people: groups.flatMap(({ people }) => people), port });
    const figures = figuresOf(groups, recorded.entries);
    if (timed) await time(groups, figures, { state, port, issuer, tape: recorded.tape });
    return { ...assembled(figures), page: recorded.page };
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

/** The counted figures of each kind and, for "steps", of each step. */
function figuresOf(groups, entries) {
  const figures = { steps: {}, whole: undefined, first: undefined };
  for (const { kind, people } of groups.filter((group) => group.kind !== "warm")) {
    const numbers = people.map(({ number }) => number);
    if (kind === "steps") for (const step of ORDER) figures.steps[step] = countsOf(entries, numbers, step);
    else figures[kind] = sumOf(SIGN_IN.map((step) => countsOf(entries, numbers, step)));
  }
  return figures;
}

function sumOf(counts) {
  const total = { d1_round_trips: 0, rows_written: 0, kv_reads: 0, kv_writes: 0 };
  for (const count of counts) for (const name of Object.keys(total)) total[name] += count[name];
  return total;
}

async function time(groups, figures, { state, port, issuer, tape }) {
  progress("Measuring …");
  const mail = new Mail();
  const parallel = Math.max(...PARALLEL);
  const stages = {};
  try {
    stages.ours = await Stage.open(nightlatch(varsFor(issuer)), { state, parallel, onLog: mail.onLog, port });
    stages.limit = await Stage.open(limit(tape), { state, parallel });
    stages.empty = await Stage.open(empty(), { parallel });
    const trio = new Trio(stages);
    for (const group of groups) {
      const people = group.people.map((person) => new Person({ ...person, issuer, codeOf: mail.codeOf }));
      await timeGroup(trio, group, people, figures);
    }
  } finally {
    for (const stage of Object.values(stages)) await stage.close();
  }
}

async function timeGroup(trio, { kind, parallel, steps }, people, figures) {
  const whole = { warm: {}, whole: figures.whole, first: figures.first }[kind];
  if (whole) {
    add(whole, parallel, await trio.measure(people, steps, { parallel }));
    return;
  }
  for (const step of steps) {
    add(figures.steps[step], parallel, await trio.measure(people, [step], { parallel, repeat: REPEATED[step] ?? 1 }));
  }
}

/** The figures at 8 in parallel stand beside the counts; those at 1 below them. */
function add(figures, parallel, times) {
  if (parallel === 1) figures.at_1 = times;
  else Object.assign(figures, times);
}

/** Figures that weren't timed are null, and the steps stand in the table's order. */
function assembled({ steps, whole, first }) {
  const untimed = { cpu_ms: null, empty_cpu_ms: null, limit_cpu_ms: null, p50_ms: null, p95_ms: null };
  const filled = (figures) => figures && { ...figures, ...Object.fromEntries(Object.entries(untimed).map(([name, none]) => [name, figures[name] ?? none])) };
  const named = Object.keys(STEPS).filter((step) => steps[step]).map((step) => [step, filled(steps[step])]);
  return { steps: Object.fromEntries(named), whole: filled(whole), first: filled(first) };
}
