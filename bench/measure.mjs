/**
 * The timing pass: Nightlatch answers, and the two empty Workers get the very same requests, in turns of a hundred people so that whatever else
 * the machine does falls on all of them alike. CPU is that of each one's workerd over its requests; the quicker half of the turns counts, the same for
 * all. A turn begins with the processor's caches full of another process's memory: short turns measure how those are filled again, which costs the
 * Worker with more code more, and which one that goes on serving doesn't do.
 */

import { round } from "./budget.mjs";
import { inParallel } from "./http.mjs";

const TURN = 100;
const WORKERS = ["ours", "limit", "empty"];

/**
 * Acts are `{stages, people, steps, repeat}`: people who take steps, one after the other; `repeat` times, where a step needs nothing and changes
 * nothing. `stages` are the three Workers `{ours, limit, empty}`, each on a state of its own. All acts go on side by side, a turn of each at a time: a
 * machine that is slow for a minute is so for all. Gives CPU and latency per person for each act.
 */
export async function measure(acts, parallel) {
  const measured = acts.map(() => ({ times: [], turns: [] }));
  const most = Math.max(...acts.map(({ people }) => people.length));
  for (let start = 0; start < most; start += TURN) {
    for (const [index, act] of acts.entries()) {
      const { stages, repeat } = act;
      const turn = act.people.slice(start, start + TURN);
      const before = cpuMs(stages);
      measured[index].times.push(...(await takeTurn(act, turn, parallel)));
      const after = cpuMs(stages);
      const spent = (name) => (after[name] - before[name]) / (turn.length * repeat);
      measured[index].turns.push(Object.fromEntries(WORKERS.map((name) => [name, spent(name)])));
    }
  }
  return measured.map(figures);
}

/** Lets people take steps with one Worker alone, and measures nothing. */
export async function play(stage, people, steps, parallel) {
  await inParallel(parallel, people, async (person) => {
    for (const step of steps) person.learn(step, await stage.send(await person.request(step)));
  });
}

function figures({ times, turns }) {
  const counted = quicker(turns);
  const spent = (name) => round(counted.reduce((total, turn) => total + turn[name], 0) / counted.length);
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share) => round(sorted[Math.floor(sorted.length * share)]);
  return { cpu_ms: spent("ours"), empty_cpu_ms: spent("empty"), limit_cpu_ms: spent("limit"), p50_ms: at(0.5), p95_ms: at(0.95) };
}

/** The quicker half of the turns, all three Workers taken together: whatever else the machine does only ever adds. */
function quicker(turns) {
  const taken = (turn) => WORKERS.reduce((total, name) => total + turn[name], 0);
  return turns.toSorted((one, other) => taken(one) - taken(other)).slice(0, Math.ceil(turns.length / 2));
}

async function takeTurn({ stages, steps, repeat }, people, parallel) {
  const played = [];
  const times = [];
  // Round by round: a person's own requests never overtake each other.
  const again = Array(repeat).fill(people).flat();
  await inParallel(parallel, again, async (person) => {
    const exchanges = [];
    let taken = 0;
    for (const step of steps) {
      const request = await person.request(step);
      const answer = await stages.ours.send(request);
      person.learn(step, answer);
      taken += answer.ms;
      exchanges.push({ step, request, answer });
    }
    times.push(taken);
    played.push({ double: person.double, exchanges });
  });
  for (const name of ["limit", "empty"]) await inParallel(parallel, played, (one) => replay(stages[name], one));
  return times;
}

/** Sends the same requests. Whoever sent them has their double do the same work between them: a Worker that is kept waiting costs more than a busy one. */
async function replay(stage, { double, exchanges }) {
  for (const { step, request, answer } of exchanges) {
    await double.request(step);
    const { status, text } = await stage.send(request);
    if (status !== 200) throw new Error(`an empty Worker answered ${status} to ${request.headers["bench-label"]}: ${text.slice(0, 300)}`);
    double.learn(step, answer);
  }
}

const cpuMs = (stages) => Object.fromEntries(WORKERS.map((name) => [name, stages[name].cpuMs()]));
