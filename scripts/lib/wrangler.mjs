/** Runs the pinned wrangler, never with questions of its own. */

import { inProject, lastLine, OneLine, run } from "./project.mjs";

const WRANGLER = inProject("node_modules/wrangler/bin/wrangler.js");
const QUIET = { CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1", WRANGLER_HIDE_BANNER: "true" };

/** Gives `{code, stdout, stderr}`; with `show` its words go to the terminal. */
export const wrangler = (args, options = {}) => run(process.execPath, [WRANGLER, ...args], { ...options, env: { ...QUIET, ...options.env } });

/** The same, for a step that must succeed: `what` says in the failure what couldn't be done. */
export async function mustWrangle(what, args, options) {
  const answer = await wrangler(args, options);
  if (answer.code !== 0) throw new OneLine(`${what} failed: ${reason(answer) || "see wrangler's words above."}`);
  return answer;
}

/** The part of wrangler's words that says what went wrong. */
export function reason({ stdout, stderr }) {
  const text = `${stdout}\n${stderr}`.replace(/\u001b\[[0-9;]*m/g, "");
  const asJson = text.match(/"text": (".*")/)?.[1];
  if (asJson) return JSON.parse(asJson);
  // What the API said is indented below the failure.
  const line = text.match(/\[ERROR\]\s*([\s\S]*?)(?:\n[ \t]*\n(?! {2}[\n\S])|$)/)?.[1] ?? lastLine(text);
  return line.replace(/\s+/g, " ").trim();
}
