/**
 * Drives a relying party that is a program of another language: it says where to send the person, hears where they came back, and says
 * who they are. JSON, a line each.
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PATIENCE_MS = 60_000;

export class RelyingParty {
  #child;
  #lines;
  #ended;
  #complaint = "";

  constructor(program, args = []) {
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], timeout: PATIENCE_MS });
    this.#ended = new Promise((settle) => this.#child.once("close", settle));
    this.#child.once("error", (error) => (this.#complaint += error));
    this.#child.stderr.setEncoding("utf8").on("data", (text) => (this.#complaint += text));
    this.#child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Says something and gives the answer; throws the program's own words where it ended instead. */
  async ask(question) {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    await this.#ended;
    throw new Error(`the relying party ended: ${this.#complaint}`);
  }

  async stop() {
    this.#child.kill();
    await this.#ended;
  }
}
