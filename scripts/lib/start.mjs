/**
 * What `npm start` does, in order: read the environment, build what has changed, check the configuration, bring the state up to date,
 * serve the Worker and the demo site, and reload when a source changes.
 */

import { mkdirSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { createRuntime } from "../runtime.mjs";
import { buildOperator, buildWorker, SDK_SOURCES, SOURCES } from "./build.mjs";
import { serveDemo } from "./demo-site.mjs";
import { textFor } from "./log-lines.mjs";
import { operate } from "./operator.mjs";
import { endPrograms, given, inProject, OneLine, say } from "./project.mjs";
import { localVars } from "./settings.mjs";
import { ensureKeys, loadClients, migrate, readClients, storageIn } from "./state.mjs";
import { watchPaths } from "./watch.mjs";

const DEMO_CLIENTS = inProject("www/demo/clients.json");
const DEMO_PORT = 8788;

/** Serves until Ctrl-C. `environment` is the process's own. */
export async function start(environment) {
  endWhenAsked();
  const options = readEnvironment(environment);
  const clients = options.clientsFile === undefined ? demoClients(options.demoPort) : readClients(options.clientsFile);
  mkdirSync(options.stateDir, { recursive: true });
  const vars = localVars(options);
  await buildOperator();
  await operate(null, { command: "config.check", environment: vars });
  await portsAreFree(options);
  await buildWorker();
  await prepareState(options, vars, clients);

  const runtime = await createRuntime({
    stateDir: storageIn(options.stateDir),
    port: options.port,
    vars,
    onLog: (line) => print(textFor(line)),
    onRestart: () => say("workerd had died; it is back."),
  });
  const mailbox = mailboxOf(vars, options.port);
  const demo = await demoSite({ ...options, mailbox });
  await Promise.all([options.port, ...(demo ? [demo.port] : [])].map(relayIpv6));
  watchPaths([...SOURCES, ...SDK_SOURCES], () => rebuild(runtime));
  announce(options, demo, mailbox);
}

function readEnvironment(environment) {
  const port = readPort(environment.PORT, 8787, "PORT");
  return {
    port,
    demoPort: readPort(environment.DEMO_PORT, DEMO_PORT, "DEMO_PORT"),
    demoPortGiven: Boolean(environment.DEMO_PORT),
    issuer: environment.ISSUER || `http://localhost:${port}`,
    stateDir: given(environment.STATE_DIR || inProject(".state")),
    settingsFile: environment.SETTINGS,
    clientsFile: environment.DEV_CLIENTS || undefined,
  };
}

/** The demo site's clients, at the port where it is served. */
function demoClients(demoPort) {
  const usual = `http://localhost:${DEMO_PORT}/`;
  return JSON.parse(JSON.stringify(readClients(DEMO_CLIENTS)).replaceAll(usual, `http://localhost:${demoPort}/`));
}

function readPort(text, otherwise, name) {
  if (!text) return otherwise;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new OneLine(`${name} is "${text}": set it to a port between 1 and 65535.`);
}

/** The ports that must be free are asked for before anything slow begins. */
async function portsAreFree({ port, demoPort, demoPortGiven }) {
  if (demoPortGiven && port === demoPort) throw new OneLine(`PORT and DEMO_PORT are both ${port}: set them apart.`);
  for (const [name, number] of [["PORT", port], ...(demoPortGiven ? [["DEMO_PORT", demoPort]] : [])]) {
    const server = createServer();
    await new Promise((settle, refuse) => {
      server.once("error", (error) => refuse(new OneLine(`Port ${number} can't be listened on (${error.code}): end what uses it, or set ${name}.`)));
      server.listen(number, "127.0.0.1", settle);
    });
    await new Promise((settle) => server.close(settle));
  }
}

/** Migrations, keys and clients, through a runtime that has the state alone. */
async function prepareState({ stateDir }, environment, clients) {
  const runtime = await createRuntime({ stateDir: storageIn(stateDir), build: null });
  try {
    for (const name of await migrate(runtime)) say(`Applied the migration ${name}.`);
    await ensureKeys(runtime, environment);
    await loadClients(runtime, { clients, environment, stateDir });
  } finally {
    await runtime.dispose();
  }
}

/** A failed build leaves the running Worker as it is. */
async function rebuild(runtime) {
  try {
    if (await buildWorker()) {
      await runtime.reload();
      say("Reloaded.");
    }
  } catch (error) {
    say(`${error.message} The Worker of before goes on.`);
  }
}

/** Where the development mailbox is, on this machine's own host name, which it insists on; `undefined` where mails leave by other ways alone. */
export function mailboxOf({ NIGHTLATCH_MAIL = "" }, port) {
  const names = NIGHTLATCH_MAIL.split(",").map((name) => name.trim());
  return names.includes("mailbox") ? `http://localhost:${port}/dev/mailbox` : undefined;
}

/** The running demo site; `undefined` where nobody asked for its port and something else is there, a Nightlatch beside this one, say. */
export async function demoSite({ demoPort, demoPortGiven, issuer, mailbox }) {
  try {
    return await serveDemo({ port: demoPort, host: "127.0.0.1", config: { issuer, mailbox } });
  } catch (error) {
    if (demoPortGiven || error.code !== "EADDRINUSE") throw error;
    return undefined;
  }
}

/** workerd listens on 127.0.0.1; where there is IPv6, "localhost" may mean ::1 first. */
async function relayIpv6(port) {
  const server = createServer((near) => {
    const far = createConnection(port, "127.0.0.1");
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  return new Promise((settle) => {
    server.once("error", () => settle());
    server.listen({ port, host: "::1", ipv6Only: true }, () => settle());
  });
}

function announce({ issuer, port, demoPort, stateDir }, demo, mailbox) {
  const local = `http://localhost:${port}`;
  say("");
  say(`Nightlatch    ${issuer}${issuer === local ? "" : `  (listening on ${local})`}`);
  say(`Demo site     ${demo ? demo.url : `none: port ${demoPort} is taken, DEMO_PORT chooses another`}`);
  if (mailbox) say(`Mails         here, and on ${mailbox}`);
  say(`State         ${stateDir}`);
  say("Ctrl-C ends it. A change of a source rebuilds it.");
}

/** Miniflare takes its workerd along when the process exits; D1 and KV are on disk by then, since they answer no sooner. */
function endWhenAsked() {
  const end = () => {
    endPrograms();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, end);
}

function print(text) {
  if (text !== undefined) process.stdout.write(`${text}\n`);
}
