/**
 * `npm run bench:passwords`: what one sign-in by password costs of a Worker's CPU, in the built Worker, at several costs of Argon2id. The same request
 * with an address that is none, which no hash is made for, stands beside it. Prints the table of docs/passwords.md for this machine.
 */

import { rmSync } from "node:fs";
import { buildWorker } from "../scripts/lib/build.mjs";
import { localState, operate } from "../scripts/lib/operator.mjs";
import { prepare } from "../scripts/lib/prepare.mjs";
import { main, progress, say } from "../scripts/lib/project.mjs";
import { freshState, TEST_SECRET } from "../scripts/lib/test-state.mjs";
import { createRuntime, freePort } from "../scripts/runtime.mjs";
import { workerdCpuMs } from "./cpu.mjs";
import { Connection } from "./http.mjs";

const PEOPLE = 20;
const ROUNDS = 3;
const PASSWORD = "correct horse battery staple";
/** bcrypt at its lowest cost: the first sign-in makes it a hash of the cost that is measured. */
const IMPORTED = "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG";
/** KiB of memory and iterations: OWASP's five, the least that is taken, and one that is dearer than usual. */
const COSTS = [[4_096, 1], [7_168, 5], [9_216, 4], [12_288, 3], [19_456, 2], [47_104, 1], [65_536, 3]];

await main(async () => {
  await prepare();
  await buildWorker();
  const rows = [];
  for (const cost of COSTS) {
    progress(`Measuring ${cost[0]} KiB, ${cost[1]} iterations …`);
    rows.push(await measure(cost));
  }
  say("| Memory | Iterations | CPU of a sign-in | of it the hash | answered after |\n|---|---|---|---|---|");
  for (const { cost, signIn, without, answered } of rows) {
    const ms = (number) => `${number.toFixed(1)} ms`;
    say(`| ${cost[0].toLocaleString("en")} KiB | ${cost[1]} | ${ms(signIn)} | ${ms(signIn - without)} | ${ms(answered)} |`);
  }
});

async function measure(cost) {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const vars = {
    NIGHTLATCH_ISSUER: issuer,
    NIGHTLATCH_SECRET: TEST_SECRET,
    NIGHTLATCH_MAIL: "mailbox",
    NIGHTLATCH_PASSWORDS: "on",
    NIGHTLATCH_ARGON2_MEMORY_KIB: String(cost[0]),
    NIGHTLATCH_ARGON2_ITERATIONS: String(cost[1]),
  };
  const stateDir = await freshState();
  const runtime = await createRuntime({ stateDir, port, vars });
  const connection = new Connection(await runtime.directUrl(), 1);
  try {
    const people = Array.from({ length: PEOPLE }, (_, index) => `person${index}@example.org`);
    const records = people.map((email, index) => ({ line: index + 1, record: { email, email_verified: true, password_hash: IMPORTED } }));
    await operate(localState(runtime), { command: "users.import", input: { records }, environment: vars });
    const person = await browserAt(connection, issuer);
    const pids = await runtime.pids();
    for (const email of people) await person(email, 303);
    const signIn = await spent(pids, people, (email) => person(email, 303));
    const without = await spent(pids, people, () => person("no address", 400));
    return { cost, signIn: signIn.cpu, answered: signIn.answered, without: without.cpu };
  } finally {
    connection.close();
    await runtime.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** CPU and time of one request, on the average of all. */
async function spent(pids, people, act) {
  const [cpu, begun] = [workerdCpuMs(pids), performance.now()];
  for (let round = 0; round < ROUNDS; round += 1) for (const email of people) await act(email);
  const count = ROUNDS * people.length;
  return { cpu: (workerdCpuMs(pids) - cpu) / count, answered: (performance.now() - begun) / count };
}

/** A browser before the password page: it posts an address with the password, and expects that status. */
async function browserAt(connection, issuer) {
  const page = await connection.send({ method: "GET", path: "/sign-in", headers: {} });
  const request = page.text.match(/name="request" value="([^"]+)"/)[1];
  const cookie = page.headers["set-cookie"][0].split(";")[0];
  const headers = { cookie, origin: issuer, "content-type": "application/x-www-form-urlencoded" };
  return async (email, status) => {
    const body = new URLSearchParams({ request, email, password: PASSWORD }).toString();
    const answer = await connection.send({ method: "POST", path: "/sign-in/password", headers: { ...headers, "content-length": Buffer.byteLength(body) }, body });
    if (answer.status !== status) throw new Error(`${answer.status} in place of ${status}: ${answer.text.slice(0, 300)}`);
  };
}
