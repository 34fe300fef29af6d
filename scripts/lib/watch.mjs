/** Tells when sources of the Worker have changed: once for a burst of changes, never while the last one is still being dealt with. */

import { statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { inProject } from "./project.mjs";

const QUIET_MS = 200;

/** Calls `onChange()` after files below these paths of the project have changed; gives a function that ends it. */
export function watchPaths(paths, onChange) {
  const watchers = [];
  let timer;
  let busy = false;
  let again = false;

  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(act, QUIET_MS);
  };
  const act = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    await onChange();
    busy = false;
    if (again) {
      again = false;
      changed();
    }
  };

  for (const path of paths) {
    const stat = statSync(inProject(path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) watchers.push(watch(inProject(path), { recursive: true }, changed));
    // A file is watched by its folder: editors replace files, which ends a watch on the file itself.
    else if (stat) watchers.push(watch(inProject(dirname(path)), (_, name) => (name === basename(path) ? changed() : undefined)));
  }
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
