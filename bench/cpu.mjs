/** What processes have spent of the CPU: the time that the threads of them and all their descendants ran. */

import { readdirSync, readFileSync } from "node:fs";

const NS_PER_MS = 1_000_000;

/** Milliseconds so far. */
export function workerdCpuMs(pids) {
  let spent = 0;
  const parents = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent) parents.set(Number(name), parent);
  }
  for (const pid of parents.keys()) if (descends(pid, pids, parents)) spent += threadsNs(pid);
  return spent / NS_PER_MS;
}

/** From what stands after the name, which may hold spaces: state, parent, … */
function parentOf(pid) {
  const text = readOrNothing(`/proc/${pid}/stat`);
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
}

/** Of all threads, from the scheduler's own count: the times in `stat` are rounded to a tick, which is more than a request takes. */
function threadsNs(pid) {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) ns += Number(readOrNothing(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]);
  return ns;
}

/** A process or thread that ends meanwhile has nothing to say. */
function readOrNothing(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function descends(pid, from, parents) {
  for (let one = pid; one > 1; one = parents.get(one) ?? 0) if (from.includes(one)) return true;
  return false;
}
