/**
 * Carries out one operator command: reads the command line, opens the state, runs the plan, shows the answer.
 */

import { createRuntime } from "../runtime.mjs";
import { readCommandLine } from "./flags.mjs";
import { importAsText, importFile } from "./import.mjs";
import { localState, operate } from "./operator.mjs";
import { given, inProject, say } from "./project.mjs";
import { productionVars } from "./production.mjs";
import { remoteState } from "./remote.mjs";
import { resealAll } from "./reseal.mjs";
import { localVars } from "./settings.mjs";
import { show } from "./show.mjs";
import { migrate, storageIn } from "./state.mjs";

/** What a person reads above the answer. */
const DONE = {
  "clients.add": "Added.",
  "clients.update": "Changed.",
  "clients.rotate-secret": "Made a new secret.",
  "users.disable": "Disabled, and signed out everywhere:",
  "users.enable": "Enabled:",
  "users.delete": "Deleted:",
};

/** Runs `clients|users|keys VERB …`. */
export async function operateFromCommandLine(args, environment) {
  const { help, remote, json, command, input, file } = await readCommandLine(args);
  if (help) return say(help);
  const act = howTo({ command, input, file });
  const shown = remote
    ? await act((command, input) => operate(remoteState(), { command, input, environment: productionVars(environment) }))
    : await onLocalState(environment, (state, vars) => act((command, input) => operate(state, { command, input, environment: vars })));
  if (shown.failed) process.exitCode = 1;
  if (json) return say(JSON.stringify(shown, null, 2));
  return say(file === undefined ? show(toRead(command, shown)) : importAsText(shown));
}

/** Most commands are one question; a file's records and what is sealed come in batches. */
function howTo({ command, input, file }) {
  if (file !== undefined) return (carryOut) => importFile(file, (batch) => carryOut(command, batch));
  if (command === "keys.reseal") return resealAll;
  return (carryOut) => carryOut(command, input);
}

/** The answer shows a person as they were before; what has changed stands in the sentence. */
function toRead(command, shown) {
  const message = DONE[command];
  if (message === undefined) return shown;
  const { user, ...rest } = shown;
  return { message, ...rest, ...(user && { user: { ...user, disabled_at: null } }) };
}

/** Works beside a running `npm start`, too: both open the same SQLite files, and each write waits for the other's. */
async function onLocalState(environment, act) {
  const stateDir = given(environment.STATE_DIR || inProject(".state"));
  const issuer = environment.ISSUER || `http://localhost:${environment.PORT || 8787}`;
  const vars = localVars({ issuer, stateDir, settingsFile: environment.SETTINGS });
  const runtime = await createRuntime({ stateDir: storageIn(stateDir), build: null });
  try {
    await migrate(runtime);
    return await act(localState(runtime), vars);
  } finally {
    await runtime.dispose();
  }
}
