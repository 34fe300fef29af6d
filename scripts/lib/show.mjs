/** What an operator command answers, for a person's eyes: sentences, values, tables, and a secret that is shown once. */

const LISTS = ["clients", "users", "keys"];
/** What a table has room for; `--json` has everything. */
const COLUMNS = {
  clients: ["client_id", "client_name", "token_endpoint_auth_method", "scope", "redirect_uris"],
  users: ["id", "typed", "profile", "verified_at", "created_at", "disabled_at"],
  keys: ["kid", "algorithm", "state", "announced_at", "active_from", "revoked_at"],
};
const SECONDS = /(_at|_from)$/;

/** The `show` of a plan as text. */
export function show(answer) {
  const { message, warnings = [], client_secret: secret, next, ...rest } = answer;
  const parts = [];
  if (message) parts.push(message);
  for (const [name, value] of Object.entries(rest)) {
    parts.push(LISTS.includes(name) && Array.isArray(value) ? table(value, name) : field(name, value));
  }
  if (next) parts.push(`There are more: --after ${next}`);
  if (secret) parts.push(`client_secret: ${secret}\nThis secret is shown once: keep it now. Only its hash is stored.`);
  for (const warning of warnings) parts.push(`Warning: ${warning}`);
  return parts.join("\n") || "Done.";
}

function field(name, value) {
  if (value === null || typeof value !== "object") return `${name}: ${text(value, name)}`.trimEnd();
  if (Array.isArray(value)) return `${name}: ${value.map((item) => text(item)).join(", ")}`.trimEnd();
  const set = Object.entries(value).filter(([, item]) => item !== null && item?.length !== 0);
  return set.map(([inner, item]) => field(inner, item)).join("\n");
}

function table(rows, name) {
  if (rows.length === 0) return `There are no ${name}.`;
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = COLUMNS[name].filter((column) => all.includes(column));
  const cells = [columns, ...rows.map((row) => columns.map((column) => text(row[column], column)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  return cells.map((line) => line.map((cell, index) => cell.padEnd(widths[index])).join("  ").trimEnd()).join("\n");
}

function text(value, name = "") {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(dated(name, value));
  if (Array.isArray(value)) return value.map((item) => text(item)).join(" ");
  return typeof value === "object" ? JSON.stringify(value, dated) : String(value);
}

/** Seconds since the epoch as a date, by the name of their field. */
function dated(name, value) {
  return Number.isSafeInteger(value) && SECONDS.test(name) ? new Date(value * 1000).toISOString().replace(".000", "") : value;
}
