/** What an operator command answers, for a person's eyes: sentences, values, tables, and a secret that is shown once. */

/** What a table shows of each list; `--json` gives all. */
const LISTS = {
  clients: ["client_id", "client_name", "token_endpoint_auth_method", "redirect_uris"],
  users: ["id", "address", "verified_at", "created_at", "disabled_at"],
  keys: ["kid", "algorithm", "state", "active_from"],
};

/** The `show` of a plan as text. */
export function show(answer) {
  const { message, warnings = [], client_secret: secret, ...rest } = answer;
  const parts = [];
  if (message) parts.push(message);
  for (const [name, value] of Object.entries(rest)) {
    if (value !== null) parts.push(isTable(name, value) ? table(value, name) : field(name, value));
  }
  if (secret) parts.push(`client_secret: ${secret}\nThis secret is shown once: keep it now. Only its hash is stored.`);
  for (const warning of warnings) parts.push(`Warning: ${warning}`);
  return parts.join("\n") || "Done.";
}

const isTable = (name, value) => LISTS[name] !== undefined && Array.isArray(value) && value.every((row) => typeof row === "object");

function field(name, value) {
  if (value === null || typeof value !== "object") return `${name}: ${value}`;
  if (Array.isArray(value)) return `${name}: ${value.map((item) => text(item)).join(", ")}`;
  const present = Object.entries(value).filter(([, item]) => item !== null && item?.length !== 0);
  return present.map(([inner, item]) => field(inner, item)).join("\n");
}

function table(rows, name) {
  if (rows.length === 0) return `There are no ${name}.`;
  const columns = LISTS[name].filter((column) => rows.some((row) => row[column] !== undefined && row[column] !== null));
  const cells = [columns, ...rows.map((row) => columns.map((column) => cell(column, row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  return cells.map((line) => line.map((value, index) => value.padEnd(widths[index])).join("  ").trimEnd()).join("\n");
}

/** A time is told as a date; everything else as it stands. */
function cell(column, value) {
  const isTime = typeof value === "number" && /(_at|_from)$/.test(column);
  return isTime ? new Date(value * 1000).toISOString().replace(/\.000Z$/, "Z") : text(value);
}

function text(value) {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map((item) => text(item)).join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
