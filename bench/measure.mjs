/**
 * The timing pass: Nightlatch answers, and the two empty Workers get the very same requests, in turns of a few dozen so that whatever else the
 * machine does falls on all three alike. CPU is that of each one's workerd over its requests.
 */

import { round } from "./budget.mjs";
import { inParallel } from "./http.mjs";

const TURN = 40;

/** The three Workers: `{ours, limit, empty}`, each a `Stage`. */
export class Trio {
  constructor(stages) {
    this.stages = stages;
  }

  /**
   * Each person takes the steps, one after the other; `repeat` times, where a step needs nothing and changes nothing. Gives CPU and latency
   * per person.
   */
  async measure(people, steps, { parallel, repeat = 1 }) {
    const before = this.#cpuMs();
    const times = [];
    for (let start = 0; start < people.length; start += TURN) await this.#turn(people.slice(start, start + TURN), steps, { parallel, repeat, times });
    const after = this.#cpuMs();
    const count = people.length * repeat;
    const spent = (name) => round((after[name] - before[name]) / count);
    times.sort((one, other) => one - other);
    const at = (share) => round(times[Math.floor(times.length * share)]);
    return { cpu_ms: spent("ours"), empty_cpu_ms: spent("empty"), limit_cpu_ms: spent("limit"), p50_ms: at(0.5), p95_ms: at(0.95) };
  }

  async #turn(people, steps, { parallel, repeat, times }) {
    const played = [];
    // Round by round: a person's own requests never overtake each other.
    const again = Array(repeat).fill(people).flat();
    await inParallel(parallel, again, async (person) => {
      const requests = [];
      let taken = 0;
      for (const step of steps) {
        const request = await person.request(step);
        const answer = await this.stages.ours.send(request);
        person.learn(step, answer);
        taken += answer.ms;
        requests.push(request);
      }
      times.push(taken);
      played.push(requests);
    });
    for (const name of ["limit", "empty"]) await inParallel(parallel, played, (requests) => this.#replay(this.stages[name], requests));
  }

  async #replay(stage, requests) {
    for (const request of requests) {
      const { status, text } = await stage.send(request);
      if (status !== 200) throw new Error(`an empty Worker answered ${status} to ${request.headers["bench-label"]}: ${text.slice(0, 300)}`);
    }
  }

  #cpuMs() {
    return Object.fromEntries(Object.entries(this.stages).map(([name, stage]) => [name, stage.cpuMs()]));
  }
}
