/** The rounds: a stream of sign-ins, a kill in its middle, the checks. */

import { setTimeout as pause } from "node:timers/promises";
import { rmSync } from "node:fs";
import { buildWorker } from "../../scripts/lib/build.mjs";
import { createRuntime, freePort } from "../../scripts/runtime.mjs";
import { Connection } from "../http.mjs";
import { filledState, Mail, varsFor } from "../stage.mjs";
import { nightlatch } from "../workers.mjs";
import { Checks } from "./checks.mjs";
import { Story } from "./story.mjs";

const PARALLEL = 6;
/** A kill comes so long after the stream has begun, or a random time later. */
const LEAST_MS = 300;
const MORE_MS = 900;

/** Kills so many times; gives `{kills, checked, lost, wrong}`. */
export async function killAgainAndAgain(times, { report = () => {} } = {}) {
  await buildWorker();
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  // The grace is long enough for a slow restart.
  const vars = { ...varsFor(issuer), NIGHTLATCH_REFRESH_GRACE: "300" };
  const { stateDir } = await filledState(10, vars);
  const mail = new Mail();
  const runtime = await createRuntime({ stateDir, port, worker: nightlatch(vars), onLog: mail.onLog });
  const stream = new Stream({ issuer, mail, runtime });
  const total = { kills: 0, checked: 0, lost: 0, wrong: [] };
  try {
    for (let round = 1; round <= times; round += 1) {
      const found = await stream.round();
      total.kills += 1;
      for (const name of ["checked", "lost"]) total[name] += found[name];
      total.wrong.push(...found.wrong);
      report(`Kill ${round}: ${found.stories} sign-ins, ${found.lost} answers lost, ${found.checked} checked, ${found.wrong.length} wrong`);
    }
  } finally {
    await runtime.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
  return total;
}

class Stream {
  #next = 0;
  /** One whole story of each round, which every later kill must spare. */
  #elders = [];

  constructor({ issuer, mail, runtime }) {
    Object.assign(this, { issuer, mail, runtime });
  }

  async round() {
    const stories = await this.#untilKilled();
    const connection = new Connection(this.runtime.url, PARALLEL);
    const checks = new Checks(connection, this.runtime);
    const elder = stories.find(({ lost, tokens }) => lost === undefined && tokens.length);
    for (const story of this.#elders) {
      await checks.session(story);
      await checks.refresh(story);
    }
    for (const story of stories) if (story !== elder) await checks.all(story);
    if (elder) this.#elders.push(elder);
    connection.close();
    const { checked, wrong } = checks;
    return { stories: stories.length, lost: stories.filter(({ lost }) => lost).length, checked, wrong };
  }

  /** People sign in one after the other in each of a few lanes, until workerd is killed; gives all that they went through. */
  async #untilKilled() {
    const stories = [];
    const killing = Object.assign(new Error("workerd was killed"), { code: "KILLED" });
    let kill;
    const killed = new Promise((_, refuse) => (kill = () => refuse(killing)));
    killed.catch(() => {});
    const codeOf = (address) => Promise.race([this.mail.codeOf(address), killed]);
    const connection = new Connection(this.runtime.url, PARALLEL, { tries: 1 });
    let running = true;
    const lane = async () => {
      while (running) {
        const story = new Story({ number: this.#next++, issuer: this.issuer, codeOf });
        stories.push(story);
        if (!(await story.tell(connection))) return;
      }
    };
    const lanes = Array.from({ length: PARALLEL }, lane);
    await pause(LEAST_MS + Math.random() * MORE_MS);
    const back = this.runtime.kill();
    running = false;
    kill();
    await Promise.all([...lanes, back]);
    connection.close();
    return stories;
  }
}
