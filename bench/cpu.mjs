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
  if (spent === 0) throw new Error("/proc doesn't say how long processes ran: CPU is measured on Linux, with its schedstat");
  return spent / NS_PER_MS;
}

/** From what stands after the name, which may hold spaces: state, parent, … */
function parentOf(pid) {
  const text = textOf(`/proc/${pid}/stat`);
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
}

/** Of all threads, from the scheduler's own count: the times in `stat` are rounded to a tick, which is more than a request takes. */
function threadsNs(pid) {
  const threads = orNothing(() => readdirSync(`/proc/${pid}/task`), []);
  return threads.reduce((ns, thread) => ns + Number(textOf(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]), 0);
}

const textOf = (path) => orNothing(() => readFileSync(path, "utf8"), "");

/** A process or thread that ends meanwhile has nothing to say. */
function orNothing(read, nothing) {
  try {
    return read();
  } catch {
    return nothing;
  }
}

function descends(pid, from, parents) {
  for (let one = pid; one > 1; one = parents.get(one) ?? 0) if (from.includes(one)) return true;
  return false;
}
