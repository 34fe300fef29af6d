/**
 * Starts Nightlatch for a test: the built Worker in workerd, on a free port, with a copy of the template state of its own.
 */

import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";
import { haveChromium } from "../../../scripts/lib/chromium.mjs";
import { localState, operate } from "../../../scripts/lib/operator.mjs";
import { isLoopback, settingsVars } from "../../../scripts/lib/settings.mjs";
import { loadClients } from "../../../scripts/lib/state.mjs";
import { freshState, TEST_SECRET } from "../../../scripts/lib/test-state.mjs";
import { createRuntime, freePort } from "../../../scripts/runtime.mjs";
import { HttpBrowser } from "./http-browser.mjs";
import { Webhook } from "./webhook.mjs";

export { freePort } from "../../../scripts/runtime.mjs";
export { CookieJar } from "./cookie-jar.mjs";
export { HttpBrowser, Page } from "./http-browser.mjs";

const MAIL_WAIT_MS = 5_000;

/**
 * Starts Nightlatch and gives a `Nightlatch`.
 *
 * - `settings`: as in a SETTINGS file, `{otp_digits: 8}`; over the tests' own (issuer, secret, mail to the mailbox)
 * - `clients`: RFC 7591 metadata as in a DEV_CLIENTS file
 * - `issuer`: where it isn't the runtime's own address (behind TLS)
 * - `port`: where the issuer must be known beforehand
 * - `vars`: raw variables over everything; undefined takes one away
 * - `outbound(request)`: answers the Worker's own requests, in place of the network
 * - `bindings`, `others`: more bindings and Workers, as `createRuntime` takes them
 *
 * Mails go to the development mailbox; under an issuer that isn't loopback, which has none, to a webhook that the harness plays.
 * `mailbox(to)` and `mail(to)` read either.
 */
export async function startNightlatch({ settings = {}, clients = [], issuer, port, vars = {}, outbound, bindings, others, onLog = () => {} } = {}) {
  const number = port ?? (await freePort());
  const stateDir = await freshState();
  const url = issuer ?? `http://localhost:${number}`;
  const webhook = isLoopback(url) ? undefined : new Webhook(outbound);
  const all = {
    NIGHTLATCH_ISSUER: url,
    NIGHTLATCH_SECRET: TEST_SECRET,
    ...(webhook?.vars ?? { NIGHTLATCH_MAIL: "mailbox" }),
    ...settingsVars(settings),
    ...vars,
  };
  for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
  const log = [];
  const keep = (line) => {
    log.push(line);
    onLog(line);
  };
  const runtime = await createRuntime({ stateDir, port: number, vars: all, outbound: webhook?.outbound ?? outbound, bindings, others, onLog: keep });
  const nightlatch = new Nightlatch({ runtime, vars: all, log, stateDir, webhook });
  try {
    if (clients.length) await nightlatch.addClients(clients);
    return nightlatch;
  } catch (error) {
    await nightlatch.stop();
    throw error;
  }
}

class Nightlatch {
  #webhook;

  constructor({ runtime, vars, log, stateDir, webhook }) {
    this.#webhook = webhook;
    this.runtime = runtime;
    this.vars = vars;
    /** Every line that the Worker logged: `{level, message}`. */
    this.log = log;
    this.stateDir = stateDir;
    /** Where it really listens. */
    this.url = runtime.url;
    this.issuer = vars.NIGHTLATCH_ISSUER;
  }

  /** The Worker's own log entries of that event, parsed. */
  events(event) {
    return this.log
      .filter(({ message }) => message.startsWith("{"))
      .map(({ message }) => JSON.parse(message))
      .filter((entry) => event === undefined || entry.event === event);
  }

  /** The first such entry, of which `isIt` is true, once it is there: the log comes by a way of its own, after the answer perhaps. */
  async logged(event, isIt = () => true) {
    const found = () => this.events(event).find(isIt);
    for (const until = Date.now() + 5_000; !found() && Date.now() < until; ) await pause(20);
    return found();
  }

  /** A browser that reaches this issuer, whatever its name. */
  browser(options = {}) {
    return new HttpBrowser({ ...options, routes: { [this.issuer]: `http://127.0.0.1:${this.runtime.port}`, ...options.routes } });
  }

  /** An operator's command on this state, as `npm run clients` would run it. */
  operate(command, input = {}) {
    return operate(localState(this.runtime), { command, input, environment: this.vars });
  }

  addClients(clients) {
    return loadClients(this.runtime, { clients, environment: this.vars });
  }

  /** The mails to an address, newest first. */
  async mailbox(to) {
    if (this.#webhook) return this.#webhook.mails(to);
    const response = await fetch(`${this.url}/dev/mailbox.json?to=${encodeURIComponent(to)}`);
    if (!response.ok) throw new Error(`/dev/mailbox.json answers ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** The newest mail to an address, waited for; `after` is how many there were before. */
  async mail(to, { after = 0 } = {}) {
    for (const begun = Date.now(); Date.now() - begun < MAIL_WAIT_MS; await pause(50)) {
      const mails = await this.mailbox(to);
      if (mails.length > after) return mails[0];
    }
    throw new Error(`no mail to ${to} within ${MAIL_WAIT_MS / 1000} s`);
  }

  /** Ends it and takes its state away. */
  async stop() {
    await this.runtime.dispose();
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/**
 * Starts a headless Chromium (playwright's `Browser`). `hosts` sends host names elsewhere, `{"shop.test": "127.0.0.1:8443"}`;
 * certificates of the tests are accepted in `newContext({ignoreHTTPSErrors: true})`.
 */
export async function browser({ hosts = {}, args = [] } = {}) {
  const rules = Object.entries(hosts).map(([host, target]) => `MAP ${host} ${target}`).join(",");
  return chromium.launch({
    executablePath: await haveChromium(),
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-domain-reliability",
      "--disable-dev-shm-usage",
      "--no-first-run",
      ...(rules ? [`--host-resolver-rules=${rules}`] : []),
      ...args,
    ],
  });
}
