/** The figures for a person's eyes. */

const COLUMNS = ["d1_round_trips", "rows_written", "kv_reads", "kv_writes", "cpu_ms", "limit_cpu_ms", "empty_cpu_ms", "p50_ms", "p95_ms"];
const AT_1 = ["cpu_ms", "limit_cpu_ms", "p50_ms", "p95_ms"];
const HEAD = ["", "trips", "rows", "KV r", "KV w", "CPU", "limit", "empty", "p50", "p95", "CPU·1", "limit·1", "p50·1", "p95·1"];

/** One line for each step and whole; times in milliseconds at 8 in parallel, then at 1. */
export function table({ steps, module, login_page: page, sdk, cold_sign_in: cold, ...wholes }) {
  const lines = [...Object.entries(steps), ...Object.entries(wholes)].map(([name, figures]) => [
    name,
    ...COLUMNS.map((column) => shown(figures[column])),
    ...AT_1.map((column) => shown(figures.at_1?.[column])),
  ]);
  const cells = [HEAD, ...lines];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const text = cells.map((line) => line.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join("  "));
  const bytes = (number) => number.toLocaleString("en");
  return [
    "Times in milliseconds, at 8 in parallel; columns with ·1 at 1. The limit is an empty Worker with the same D1 trips and signatures.",
    ...text,
    ...(cold ? [`A fresh isolate's first sign-in: CPU ${shown(cold.cpu_ms)}, an empty Worker's ${shown(cold.empty_cpu_ms)}; waited for ${shown(cold.ms)}`] : []),
    `module ${bytes(module.raw_bytes)} bytes, ${bytes(module.gzip_bytes)} compressed, its largest function ${bytes(module.largest_function_bytes)} · login page ${bytes(page.gzip_bytes)} · browser module ${bytes(sdk.gzip_bytes)}`,
  ].join("\n");
}

const shown = (figure) => (figure === null || figure === undefined ? "–" : Number.isInteger(figure) ? String(figure) : figure.toFixed(2));
