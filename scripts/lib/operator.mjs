/**
 * Talks to the native `operator` command (`src/bin/operator.rs`), which holds every rule about clients, users, keys and settings;
 * these scripts only carry its questions and answers between it and the state. The protocol stands in `scripts/operate.mjs`.
 */

import { buildOperator } from "./build.mjs";
import { OneLine, run } from "./project.mjs";

const ROUNDS = 5;

/**
 * Asks `operator` to carry out a command on a state (`{read(statements), apply(statements, kv)}`) and runs its plan there.
 * Gives the plan's `show`. Without a state (`null`) the command may neither read nor write.
 */
export async function operate(state, { command, input = {}, environment }) {
  const rows = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await ask({ command, input, environment, rows });
    if (answer.reads === undefined) {
      await state?.apply(answer.statements ?? [], answer.kv ?? []);
      return answer.show ?? {};
    }
    rows.push(...(await state.read(answer.reads)));
  }
  throw new Error(`operator asks for more and more rows in ${command}`);
}

async function ask(question) {
  const program = await buildOperator();
  const { code, signal, stdout, stderr } = await run(program, [], { input: JSON.stringify(question) });
  let answer;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw new Error(`operator gave no answer to ${question.command} (${signal ?? `exit code ${code}`}): ${stderr}`);
  }
  if (answer.error !== undefined) throw new OneLine(answer.error);
  if (code !== 0) throw new Error(`operator ended with exit code ${code} in ${question.command}: ${stderr}`);
  return answer;
}

/** Local state, through a runtime. */
export const localState = (runtime) => ({
  read: (statements) => runtime.d1Batch(statements),
  async apply(statements, kv) {
    await runtime.d1Batch(statements);
    for (const { key, value } of kv) await runtime.kvPut(key, value);
  },
});
