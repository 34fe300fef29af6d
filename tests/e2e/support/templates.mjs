/**
 * What the page templates would show: from their own text, so that a page that nobody walks past is noticed. Each template is known by what no other
 * has: attributes in its HTML, and words that it alone takes from the texts.
 */

import { readdirSync, readFileSync } from "node:fs";
import { inProject } from "../../../scripts/lib/project.mjs";

const PAGES = inProject("www/pages");
const WORD = /frame\.look\.texts\.(\w+)/g;
const SHORTEST_PIECE = 12;

/** Every template of a page's own content: `{name, pieces, words}`. A `base.html` is what stands around them. */
export function pageTemplates() {
  const all = readdirSync(PAGES, { recursive: true })
    .filter((name) => name.endsWith(".html"))
    .map((name) => ({ name: name.replaceAll("\\", "/"), text: readFileSync(`${PAGES}/${name}`, "utf8") }));
  const own = (list, of) => list.filter((one) => all.every((other) => other.name === of || !other.text.includes(one)));
  return all
    .filter(({ name }) => !/(^|\/)base\.html$/.test(name))
    .map(({ name, text }) => ({
      name,
      pieces: own(staticPieces(text), name),
      words: own([...text.matchAll(WORD)].map(([, key]) => key), name),
    }));
}

/** The keys of all texts that stand in templates. */
export function wordsOfTemplates() {
  const texts = readdirSync(PAGES, { recursive: true }).filter((name) => name.endsWith(".html"));
  return [...new Set(texts.flatMap((name) => [...readFileSync(`${PAGES}/${name}`, "utf8").matchAll(WORD)].map(([, key]) => key)))].sort();
}

/** The English texts by key. */
export function englishTexts() {
  const source = readFileSync(inProject("src/texts/en.rs"), "utf8");
  return Object.fromEntries([...source.matchAll(/^ {4}(\w+): "(.*)",$/gm)].map(([, key, text]) => [key, unescaped(text)]));
}

/** A Rust text literal's text. */
const unescaped = (literal) => literal.replaceAll('\\"', '"').replace(/\\u\{([0-9a-f]+)\}/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)));

/** What stands between a template's expressions, attribute by attribute: a browser writes them as they are, whatever a script has done beside them. */
function staticPieces(text) {
  return text
    .split(/{{.*?}}|{%.*?%}|{#.*?#}/s)
    .flatMap((piece) => piece.match(/[\w-]+="[^"]*"/g) ?? [])
    .filter((piece) => piece.length >= SHORTEST_PIECE);
}
