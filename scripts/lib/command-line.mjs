/**
 * Carries out one operator command: reads the command line, opens the state, runs the plan, shows the answer.
 */

import { createRuntime } from "../runtime.mjs";
import { readCommandLine } from "./flags.mjs";
import { localState, operate } from "./operator.mjs";
import { given, inProject, say } from "./project.mjs";
import { productionVars } from "./production.mjs";
import { remoteState } from "./remote.mjs";
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
  const { help, remote, json, command, input } = await readCommandLine(args);
  if (help) return say(help);
  const shown = remote
    ? await operate(remoteState(), { command, input, environment: productionVars(environment) })
    : await onLocalState({ command, input }, environment);
  return say(json ? JSON.stringify(shown, null, 2) : show(toRead(command, shown)));
}

/** The answer shows a person as they were before; what has changed stands in the sentence. */
function toRead(command, shown) {
  const message = DONE[command];
  if (message === undefined) return shown;
  const { user, ...rest } = shown;
  return { message, ...rest, ...(user && { user: { ...user, disabled_at: null } }) };
}

/** Works beside a running `npm start`, too: both open the same SQLite files, and each write waits for the other's. */
async function onLocalState(question, environment) {
  const stateDir = given(environment.STATE_DIR || inProject(".state"));
  const issuer = environment.ISSUER || `http://localhost:${environment.PORT || 8787}`;
  const vars = localVars({ issuer, stateDir, settingsFile: environment.SETTINGS });
  const runtime = await createRuntime({ stateDir: storageIn(stateDir), build: null });
  try {
    await migrate(runtime);
    return await operate(localState(runtime), { ...question, environment: vars });
  } finally {
    await runtime.dispose();
  }
}
