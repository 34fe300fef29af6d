/** Where the bench plays: states that begin the same, and the runtimes on them. */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { loadClients } from "../scripts/lib/state.mjs";
import { freshState, TEST_SECRET } from "../scripts/lib/test-state.mjs";
import { createRuntime, freePort } from "../scripts/runtime.mjs";
import { workerdCpuMs } from "./cpu.mjs";
import { fill } from "./fill.mjs";
import { Connection } from "./http.mjs";
import { CLIENT } from "./person.mjs";

const MAIL_WAIT_MS = 5_000;

/** Settings of every runtime here. People have IPs of their own, and each address is asked for a few times. */
export const varsFor = (issuer) => ({
  NIGHTLATCH_ISSUER: issuer,
  NIGHTLATCH_SECRET: TEST_SECRET,
  NIGHTLATCH_MAIL: "mailbox",
  NIGHTLATCH_OTP_COOLDOWN: "0",
  NIGHTLATCH_ADDRESS_SENDS_PER_HOUR: "20",
  // On a busy machine a minute may pass between a whole group's codes and their redemption.
  NIGHTLATCH_CODE_LIFETIME: "600",
});

/** A state with the client, and so many people with a refresh token each. */
export async function filledState(count, vars) {
  const stateDir = await freshState();
  const runtime = await createRuntime({ stateDir, build: null });
  try {
    await loadClients(runtime, { clients: [CLIENT], environment: vars });
  } finally {
    await runtime.dispose();
  }
  const seconds = await fill(stateDir, { count, clientId: CLIENT.client_id });
  return { stateDir, seconds };
}

/** The codes that the development mailbox logs. */
export class Mail {
  #codes = new Map();

  onLog = ({ message }) => {
    if (!message.includes('"dev_mail"')) return;
    const { to, code } = JSON.parse(message);
    this.#codes.set(to, code);
  };

  /** Takes the code that was mailed to an address, as soon as it is there. */
  codeOf = async (address) => {
    for (const begun = Date.now(); Date.now() - begun < MAIL_WAIT_MS; await pause(5)) {
      const code = this.#codes.get(address);
      this.#codes.delete(address);
      if (code) return code;
    }
    throw new Error(`no code for ${address} within ${MAIL_WAIT_MS / 1000} s`);
  };
}

/** One Worker in a workerd of its own, on its own copy of a state. */
export class Stage {
  static async open(worker, { state, parallel, onLog, port }) {
    const stateDir = mkdtempSync(join(tmpdir(), "nightlatch-bench-"));
    if (state) cpSync(state, stateDir, { recursive: true });
    const runtime = await createRuntime({ stateDir, port: port ?? (await freePort()), worker, onLog });
    const connection = new Connection(await runtime.directUrl(), parallel);
    return Object.assign(new Stage(), { stateDir, runtime, connection, pids: await runtime.pids() });
  }

  send(request) {
    return this.connection.send(request);
  }

  /** What its workerd has spent so far. */
  cpuMs() {
    return workerdCpuMs(this.pids);
  }

  async close() {
    this.connection.close();
    await this.runtime.dispose();
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}
