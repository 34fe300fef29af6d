/** The documentation speaks of things that are there: commands, flags, settings, files, links, headings. */

import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { readCommandLine } from "../../scripts/lib/flags.mjs";
import { ROOT } from "../../scripts/lib/project.mjs";

const FILES = [...globSync("*.md", { cwd: ROOT }), ...globSync("{docs,kv-schema}/**/*.md", { cwd: ROOT })].sort();
const text = new Map(FILES.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));
const scripts = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts;
/** The table of docs/settings.md is written by the Worker's own code, so it is what there is. */
const settings = new Set([...text.get("docs/settings.md").matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map(([, name]) => name));

/** Calls `check(file, match)` for everything that the pattern finds. */
function each(pattern, check) {
  for (const [file, content] of text) for (const match of content.matchAll(pattern)) check(file, match);
}

/** GitHub's anchors: lower case, punctuation gone, spaces to hyphens. */
function anchors(content) {
  const headings = content.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.+)$/gm);
  return new Set([...headings].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")));
}

test("there is documentation to look at", () => {
  assert.ok(FILES.length > 15 && settings.size > 40, `${FILES.length} files, ${settings.size} settings`);
});

test("every npm script that is named exists", () => {
  each(/\bnpm (?:run ([a-z][a-z-]*)|(start|test)\b)/g, (file, [found, script, short]) => assert.ok(scripts[script ?? short], `${file}: ${found}`));
});

test("every operator command that is shown can be read", async () => {
  const lines = [];
  each(/^npm run (clients|users|keys) -- (.+)$/gm, (file, [line, area, rest]) => lines.push({ file, line, area, rest }));
  assert.ok(lines.length > 10);
  for (const { file, line, area, rest } of lines) {
    const args = [...rest.replace(/\s+#.*$/, "").matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
    if (args.includes("--file")) continue;
    await assert.doesNotReject(readCommandLine([area, ...args]), `${file}: ${line}`);
  }
});

test("every setting that is named exists", () => {
  each(/\bNIGHTLATCH_([A-Z][A-Z0-9_]*)/g, (file, [found, name]) => {
    if (name !== "TEST_TEMPLATE") assert.ok(settings.has(name.toLowerCase()), `${file}: ${found}`);
  });
  // The names of settings files: {"otp_digits": 8}.
  each(/^```json\n([\s\S]*?)^```/gm, (file, [, json]) => {
    const parsed = JSON.parse(json);
    const keys = Array.isArray(parsed) || file.startsWith("docs/adr") ? [] : Object.keys(parsed);
    if (!keys.every((key) => /^[a-z_]+$/.test(key)) || "client_id" in parsed) return;
    for (const key of keys) assert.ok(settings.has(key), `${file}: "${key}"`);
  });
});

test("every link within the repository leads somewhere", () => {
  each(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g, (file, [found, path, anchor]) => {
    const target = path ? normalize(join(dirname(file), path)) : file;
    assert.ok(existsSync(join(ROOT, target)), `${file}: ${found}`);
    if (anchor) assert.ok(anchors(text.get(target) ?? "").has(anchor.slice(1)), `${file}: ${found}`);
  });
});

test("every file that is named exists", () => {
  each(/`((?:src|scripts|tests|www|docs|kv-schema)\/[\w./-]*)`/g, (file, [found, path]) => {
    // Made by the build, and ignored by git.
    if (!path.startsWith("www/assets/nightlatch")) assert.ok(existsSync(join(ROOT, path)), `${file}: ${found}`);
  });
});

test("every decision is listed nowhere twice and numbered in order", () => {
  const numbers = FILES.filter((file) => file.startsWith("docs/adr/")).map((file) => Number(file.match(/(\d{4})-/)[1]));
  assert.deepEqual(numbers, numbers.map((_, index) => index + 1));
  for (const [file, content] of text) {
    if (!file.startsWith("docs/adr/")) continue;
    assert.match(content, new RegExp(`^# ${Number(file.match(/(\d{4})-/)[1])}\\. `), file);
    for (const part of ["Context", "Decision", "Consequence"]) assert.ok(content.includes(`**${part}.**`), `${file}: ${part}`);
  }
});
