/**
 * The whole bench: fills databases, counts what crosses the bindings, then measures the CPU of Nightlatch beside two empty Workers (one answers at
 * once, one makes the same D1 trips and signatures), at 1 and at 8 in parallel, with a thousand people and with a million.
 */

import { rmSync } from "node:fs";
import { buildWorker } from "../scripts/lib/build.mjs";
import { progress } from "../scripts/lib/project.mjs";
import { freePort } from "../scripts/runtime.mjs";
import { STEPS } from "./budget.mjs";
import { castOf, FULL, ORDER, PARALLEL, QUICK } from "./cast.mjs";
import { coldSignIn } from "./cold.mjs";
import { RESIDENTS } from "./fill.mjs";
import { measure, play } from "./measure.mjs";
import { Person } from "./person.mjs";
import { countsOf, record } from "./record.mjs";
import { sizes } from "./sizes.mjs";
import { filledState, Mail, Stage, varsFor } from "./stage.mjs";
import { empty, limit, nightlatch } from "./workers.mjs";

const MILLION = 1_000_000;
const MOST = Math.max(...PARALLEL);
/** Steps that change nothing are repeated, for the clock's sake. */
const REPEATED = { discovery: 5, jwks: 5, authorize: 5, code_page: 2, userinfo: 2, introspect: 2 };

/** Runs it; gives the figures as `--json` writes them. */
export async function bench({ quick = false } = {}) {
  await buildWorker();
  const thousand = new Scene(RESIDENTS, castOf(quick ? QUICK : FULL));
  const million = new Scene(MILLION, quick ? [] : castOf({ ...FULL, steps: 0 }).filter(({ kind }) => kind !== "first" && kind !== "passkey"));
  const scenes = quick ? [thousand] : [thousand, million];
  let cold;
  try {
    for (const scene of scenes) await scene.prepare();
    if (!quick) {
      progress("Measuring fresh isolates …");
      cold = await coldSignIn(thousand);
      await time(thousand, million);
    }
  } finally {
    for (const scene of scenes) await scene.close();
  }
  const { steps, whole, first, passkey } = thousand.figures;
  const ordered = Object.keys(STEPS).map((name) => [name, complete(steps[name])]);
  const result = { steps: Object.fromEntries(ordered), sign_in: complete(whole), first_sign_in: complete(first), passkey_sign_in: complete(passkey) };
  if (!quick) Object.assign(result, { sign_in_million: complete(million.figures.whole), cold_sign_in: cold });
  return { ...result, ...sizes(thousand.page) };
}

/** A database with so many people, a cast, and the three Workers on it. */
class Scene {
  stages = {};

  constructor(users, groups) {
    Object.assign(this, { users, groups });
  }

  /** Fills the database and counts what the cast's steps cost at the bindings. */
  async prepare() {
    this.port = await freePort();
    this.issuer = `http://localhost:${this.port}`;
    progress(`Filling a database with ${this.users.toLocaleString("en")} people …`);
    const { stateDir, seconds } = await filledState(this.users, varsFor(this.issuer));
    this.stateDir = stateDir;
    progress(`… took ${seconds.toFixed(1)} s. Counting …`);
    const { entries, tape, page } = await record(stateDir, { people: this.groups.filter(({ kind }) => kind !== "alone").flatMap(({ people }) => people), port: this.port });
    Object.assign(this, { tape, page, figures: figuresOf(this.groups, entries) });
  }

  async open() {
    const { stateDir: state, issuer, port } = this;
    this.mail = new Mail();
    this.stages.ours = await Stage.open(nightlatch(varsFor(issuer)), { state, parallel: MOST, onLog: this.mail.onLog, port });
    this.stages.limit = await Stage.open(limit(this.tape), { state, parallel: MOST });
    this.stages.empty = await Stage.open(empty(), { parallel: MOST });
  }

  group(kind, parallel) {
    return this.groups.find((group) => group.kind === kind && group.parallel === parallel && group.people.length);
  }

  /** People with browsers. */
  persons(people) {
    return people.map((person) => new Person({ ...person, issuer: this.issuer, codeOf: this.mail.codeOf }));
  }

  /** What a group does, as `measure` takes it, and where its figures go; each step by itself, in order, for the group that is asked for them. */
  acts(kind, parallel) {
    const group = this.group(kind, parallel);
    if (!group) return [];
    const { stages, figures } = this;
    const people = this.persons(group.people);
    if (kind !== "steps") return [{ stages, people, steps: group.steps, repeat: 1, figures: figures[kind] }];
    return group.steps.map((step) => ({ stages, people, steps: [step], repeat: REPEATED[step] ?? 1, figures: figures.steps[step] }));
  }

  async close() {
    for (const stage of Object.values(this.stages)) await stage.close();
    if (this.stateDir) rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/** The counted figures of each kind and, for "steps", of each step. */
function figuresOf(groups, entries) {
  const figures = { steps: {} };
  for (const { kind, people, steps } of groups.filter(({ kind, people }) => kind !== "alone" && kind !== "warm" && people.length)) {
    const numbers = people.map(({ number }) => number);
    if (kind === "steps") for (const step of ORDER) figures.steps[step] = countsOf(entries, numbers, step);
    else figures[kind] = sumOf(steps.map((step) => countsOf(entries, numbers, step)));
  }
  return figures;
}

function sumOf(counts) {
  const total = { d1_round_trips: 0, rows_written: 0, kv_reads: 0, kv_writes: 0 };
  for (const count of counts) for (const name of Object.keys(total)) total[name] += count[name];
  return total;
}

/**
 * What is to be compared is measured side by side: all of it with a thousand people, then a returning person's sign-in with a thousand and with a
 * million. Before that the runtimes are warmed up.
 */
async function time(thousand, million) {
  progress("Measuring with a thousand people …");
  await warmUp(thousand);
  await compare([thousand], ["steps", "first", "passkey"]);
  progress("Measuring with a million …");
  await warmUp(million);
  await compare([thousand, million], ["whole"]);
}

/** Nightlatch alone, then the three together. */
async function warmUp(scene) {
  await scene.open();
  const { people, steps } = scene.group("alone", MOST);
  await play(scene.stages.ours, scene.persons(people), steps, MOST);
  await measure(scene.acts("warm", MOST), MOST);
}

async function compare(scenes, kinds) {
  for (const parallel of PARALLEL) {
    const acts = scenes.flatMap((scene) => kinds.flatMap((kind) => scene.acts(kind, parallel)));
    for (const [index, times] of (await measure(acts, parallel)).entries()) add(acts[index].figures, parallel, times);
  }
}

/** The figures at 8 in parallel stand beside the counts; those at 1 below them. */
function add(figures, parallel, times) {
  if (parallel === 1) figures.at_1 = times;
  else Object.assign(figures, times);
}

/** Figures that weren't timed are null. */
const complete = (figures) => ({ cpu_ms: null, empty_cpu_ms: null, limit_cpu_ms: null, p50_ms: null, p95_ms: null, ...figures });
