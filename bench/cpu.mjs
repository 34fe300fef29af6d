/** What processes have spent of the CPU: user and system time of them and all their descendants. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICK_MS = 1_000 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Milliseconds so far. */
export function workerdCpuMs(pids) {
  let ticks = 0;
  const parents = new Map();
  const spent = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (!fields) continue;
    parents.set(Number(name), Number(fields[1]));
    spent.set(Number(name), Number(fields[11]) + Number(fields[12]));
  }
  for (const pid of spent.keys()) if (descends(pid, pids, parents)) ticks += spent.get(pid);
  return ticks * TICK_MS;
}

/** The fields of a process after its name, which may hold spaces: state, parent, …, user time and system time in ticks. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function descends(pid, from, parents) {
  for (let one = pid; one > 1; one = parents.get(one) ?? 0) if (from.includes(one)) return true;
  return false;
}
