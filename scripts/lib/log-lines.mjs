/**
 * The Worker's log as a person reads it in a terminal: a mail or a text message of the development mailbox as a small box,
 * a warning or an error as one line.
 * What is only information stays out.
 */

const BOLD = ["\u001b[1m", "\u001b[22m"];
const RED = ["\u001b[31m", "\u001b[39m"];
const paint = ([on, off], text) => (process.stdout.isTTY ? `${on}${text}${off}` : text);
/** A log line holds what people typed: nothing of it may steer the terminal. */
const printable = (text) => String(text).replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");

/** The text for a line of the log, or nothing. */
export function textFor({ level, message }) {
  const entry = parse(message);
  if (entry?.event === "dev_mail") return box({ "Mail to": entry.to, Subject: entry.subject, Code: entry.code });
  if (entry?.event === "dev_text") return box({ "SMS to": entry.to, Text: entry.text, Code: entry.code });
  if (entry === undefined) return level === "log" || level === "info" || level === "debug" ? undefined : paint(RED, printable(message));
  if (entry.level !== "error" && entry.level !== "warn") return undefined;
  const { level: severity, event, ...rest } = entry;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
  return paint(RED, printable(`${severity}: ${event} ${details.join(" ")}`));
}

/** One line each; a code, if there is one, in bold. */
function box({ Code: code, ...facts }) {
  const lines = Object.entries(facts).map(([name, text]) => `${name.padEnd(7)}  ${printable(text)}`);
  if (code) lines.push(`Code     ${paint(BOLD, printable(code))}`);
  return `\n${lines.map((line) => `  │ ${line}`).join("\n")}\n`;
}

function parse(message) {
  if (!message.startsWith("{")) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
