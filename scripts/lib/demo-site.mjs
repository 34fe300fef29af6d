/**
 * The static demo site, as any static host would serve it: files of `www/demo`, and `/config.json` with the issuer that it signs in with.
 */

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { inProject } from "./project.mjs";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};
/** Lies beside the pages, but is for `npm start` alone. */
const PRIVATE = new Set(["/clients.json"]);

/** Serves the folder; gives `{url, port, close()}`. `config` is what `/config.json` answers. */
export async function serveDemo({ port = 0, host = "localhost", folder = inProject("www/demo"), config }) {
  const server = createServer((request, response) => answer(request, response, folder, config));
  await new Promise((settle, refuse) => server.once("error", refuse).listen(port, host, settle));
  const actual = server.address().port;
  return {
    url: `http://localhost:${actual}`,
    port: actual,
    close: () => {
      server.closeAllConnections();
      return new Promise((settle) => server.close(settle));
    },
  };
}

function answer(request, response, folder, config) {
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405);
  const path = pathOf(request.url);
  if (path === "/config.json") return end(response, 200, JSON.stringify(config), "application/json");
  const file = path && !PRIVATE.has(path) && fileFor(folder, path);
  if (!file) return end(response, 404, "Not found\n", "text/plain; charset=utf-8");
  response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Cache-Control": "no-cache" });
  if (request.method === "HEAD") return response.end();
  return createReadStream(file).pipe(response);
}

function pathOf(url) {
  try {
    return normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
  } catch {
    return undefined;
  }
}

/** A file of the folder, a folder's index.html, or a page without its `.html`. */
function fileFor(folder, path) {
  if (path.includes("..") || path.includes("\0") || path.split("/").some((part) => part.startsWith("."))) return undefined;
  return [join(folder, path), join(folder, path, "index.html"), join(folder, `${path}.html`)].find((file) =>
    statSync(file, { throwIfNoEntry: false })?.isFile(),
  );
}

function end(response, status, text = "", type = "text/plain; charset=utf-8") {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
  response.end(text);
}
