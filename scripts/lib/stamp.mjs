/**
 * Whether something must be built again: a hash over the contents of its sources, kept from the last build that succeeded.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inProject } from "./project.mjs";

/** A hash over files and folders of the project, and over further texts. What doesn't exist counts as empty. */
export function hashOf(paths, ...texts) {
  const hash = createHash("sha256");
  for (const path of paths) addPath(hash, path);
  for (const text of texts) hash.update(`\0${text}`);
  return hash.digest("hex");
}

function addPath(hash, path) {
  const stat = statSync(inProject(path), { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    for (const name of readdirSync(inProject(path)).sort()) addPath(hash, `${path}/${name}`);
  } else if (stat) {
    hash.update(`\0${path}\0${stat.size}\0`).update(readFileSync(inProject(path)));
  }
}

/** Remembers what was built from which sources. */
export class Stamp {
  constructor(name) {
    this.file = inProject(".tools/stamps", `${name}.json`);
  }

  /** What the last build left, where it was made from these sources. */
  read(hash) {
    try {
      const kept = JSON.parse(readFileSync(this.file, "utf8"));
      return kept.hash === hash ? kept.result : undefined;
    } catch {
      return undefined;
    }
  }

  write(hash, result) {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify({ hash, result }));
  }

  clear() {
    rmSync(this.file, { force: true });
  }
}
