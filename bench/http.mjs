/** A small, quick HTTP client: connections are kept; one that workerd has closed in the meantime is replaced. */

import http from "node:http";

const TRIES = 4;
const LOST = ["ECONNRESET", "EPIPE", "ECONNREFUSED"];

/** Whether this is how a request fails that nobody answers any more. */
export const isLost = (error) => LOST.includes(error.code);

/** Sends requests to one origin. */
export class Connection {
  #agent;
  #target;
  #tries;

  /** With `tries: 1`, a lost request stays lost. */
  constructor(origin, parallel, { tries = TRIES } = {}) {
    this.#target = new URL(origin);
    this.#tries = tries;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: parallel, scheduling: "fifo" });
  }

  /** Gives `{status, headers, text, ms}`. */
  async send(request) {
    for (let tried = 1; ; tried += 1) {
      const begun = performance.now();
      try {
        const answer = await this.#once(request);
        return { ...answer, ms: performance.now() - begun };
      } catch (error) {
        if (tried >= this.#tries || !isLost(error)) throw error;
      }
    }
  }

  #once({ method, path, headers, body }) {
    const { hostname, port } = this.#target;
    return new Promise((settle, refuse) => {
      const call = http.request({ agent: this.#agent, hostname, port, method, path, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => (text += chunk));
        response.once("error", refuse);
        response.once("end", () => settle({ status: response.statusCode, headers: response.headers, text }));
      });
      call.once("error", refuse);
      call.end(body);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/** Runs the tasks, at most so many at a time. */
export async function inParallel(parallel, items, task) {
  const waiting = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of waiting) await task(item);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
