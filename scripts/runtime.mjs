/**
 * The built Worker in the real workerd, over Miniflare as wrangler carries it. `npm start`, the tests, the bench and the operator's
 * commands on local state all run through here. What the Worker is bound to comes from `wrangler.toml`; the cron never fires by itself.
 */

import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { Log, LogLevel, Miniflare } from "miniflare";
import { storageBindings, workerConfig } from "./lib/bindings.mjs";
import { inProject } from "./lib/project.mjs";

const HOST = "127.0.0.1";
const STARTS = 5;

/** A worker that only lends its bindings: for commands that read and write state. */
const EMPTY = { name: "state", compatibilityDate: "2026-11-17", manifest: emptyModule(), env: storageBindings() };

/**
 * Starts a runtime and waits until it answers.
 *
 * - `stateDir`: where D1 and KV live; without it they live in memory of a temporary folder
 * - `port`: 0 or none for a free one
 * - `vars`: the Worker's settings and secrets, by name
 * - `build`: folder of the built Worker (default `build/`); `null` for state alone, without a Worker
 * - `worker`: a Miniflare worker `config` of your own in place of the built one (the bench's empty Workers)
 * - `assets`: `false` leaves out the static files
 * - `bindings`: more bindings of the Worker, in Miniflare's words; `others`: more Workers beside it that these may name
 * - `outbound(request)`: answers the Worker's own requests to others (a `Response` of Miniflare or Node), in place of the network
 * - `onLog({level, message})`: each line that the Worker logs; `onRestart()`: workerd died and is back
 */
export async function createRuntime(options = {}) {
  const port = options.port || (await freePort());
  for (let attempt = 1; ; attempt += 1) {
    const runtime = new Runtime({ ...options, port });
    try {
      await runtime.start();
      return runtime;
    } catch (error) {
      await runtime.dispose().catch(() => {});
      // Two processes may open the same state; while one of them makes its files the other finds them locked for a moment.
      if (attempt === STARTS || !/database is locked|SQLITE_BUSY/.test(String(error))) throw error;
      await pause(200 * attempt);
    }
  }
}

/** A port that nobody listens on now. */
export async function freePort() {
  const server = createServer();
  await new Promise((settle, refuse) => server.once("error", refuse).listen(0, HOST, settle));
  const { port } = server.address();
  await new Promise((settle) => server.close(settle));
  return port;
}

class Runtime {
  #options;
  #miniflare;
  #restarts = [];

  constructor(options) {
    this.#options = options;
    this.port = options.port;
    /** Where the Worker answers, by name: what a browser would open. */
    this.url = `http://localhost:${options.port}`;
  }

  async start() {
    this.#miniflare = new Miniflare(this.#miniflareOptions());
    await this.#miniflare.ready;
  }

  /** Loads the built Worker anew, on the same port and state; `vars` replace the earlier ones where given. */
  async reload({ vars } = {}) {
    if (vars) this.#options.vars = vars;
    await this.#miniflare.setOptions(this.#miniflareOptions());
    await this.#miniflare.ready;
  }

  /** Without Miniflare's own front Worker, which costs time: for the bench. */
  async directUrl() {
    return (await this.#miniflare.unsafeGetDirectURL()).origin;
  }

  /** Runs one SQL statement; gives its rows as objects. */
  async d1(sql, params = []) {
    const [rows] = await this.d1Batch([{ sql, params }]);
    return rows;
  }

  /** Runs `{sql, params}` statements as one transaction; gives the rows of each. */
  async d1Batch(statements) {
    if (statements.length === 0) return [];
    const database = await this.#miniflare.getD1Database("DB");
    const prepared = statements.map(({ sql, params = [] }) => {
      const statement = database.prepare(sql);
      return params.length ? statement.bind(...params) : statement;
    });
    return (await database.batch(prepared)).map(({ results }) => results ?? []);
  }

  async kvGet(key) {
    return (await this.#miniflare.getKVNamespace("KV")).get(key);
  }

  /** Writes a value; `null` removes the key. */
  async kvPut(key, value) {
    const namespace = await this.#miniflare.getKVNamespace("KV");
    await (value === null ? namespace.delete(key) : namespace.put(key, value));
  }

  /** Runs the cron once; gives `{outcome}`, which is "ok" where it worked. */
  async scheduled(cron = "*/10 * * * *") {
    return (await this.#miniflare.getWorker()).scheduled({ cron });
  }

  /** The process ids of this runtime's workerd. */
  async pids() {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,args="]);
    return stdout
      .split("\n")
      .map((line) => line.trim().match(/^(\d+) +(\d+) +(.*)$/))
      .filter((found) => found && Number(found[2]) === process.pid && found[3].includes(`=entry=${HOST}:${this.port} `))
      .map((found) => Number(found[1]));
  }

  /** Kills workerd with SIGKILL, as a crash would, and waits until it is back. */
  async kill() {
    const pids = await this.pids();
    if (pids.length === 0) throw new Error("there is no workerd to kill");
    const back = new Promise((settle) => this.#restarts.push(settle));
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await back;
  }

  async dispose() {
    await this.#miniflare?.dispose();
  }

  #miniflareOptions() {
    const { stateDir, vars = {}, worker, assets = true, build = inProject("build"), outbound, onLog = () => {} } = this.#options;
    const { bindings = {}, others = [] } = this.#options;
    const config = worker ?? (build === null ? EMPTY : workerConfig({ build, vars, assets, bindings }));
    const dev = { unsafeDirectSockets: [{ host: HOST, port: 0 }] };
    if (outbound) dev.outboundService = { type: "fetcher", handler: outbound };
    return {
      host: HOST,
      port: this.port,
      resourcePersistencePath: stateDir,
      cf: false,
      logRequests: false,
      enableDevRegistry: false,
      log: new LogTo(onLog),
      handleStructuredLogs: ({ level, message }) => onLog({ level, message }),
      handleUncaughtError: (error) => onLog({ level: "error", message: error.stack ?? String(error) }),
      unsafeHandleRuntimeRestart: () => this.#restarted(),
      workers: [{ config, dev }, ...others.map((other) => ({ config: other }))],
    };
  }

  #restarted() {
    for (const settle of this.#restarts.splice(0)) settle();
    this.#options.onRestart?.();
  }
}

/** Miniflare's own words, without its announcement of a crash, which `onRestart` stands for. */
class LogTo extends Log {
  #onLog;

  constructor(onLog) {
    super(LogLevel.WARN);
    this.#onLog = onLog;
  }

  log(message) {
    if (!message.includes("crashed unexpectedly and is being restarted")) this.#onLog({ level: "warn", message });
  }
}

function emptyModule() {
  const contents = "export default { fetch: () => new Response(null, { status: 404 }) };";
  return { mainModule: "index.js", modulesRoot: "/", modules: { "index.js": { type: "esm", contents } } };
}
