/** A static site on a port of its own: one page at every address, which loads oidc-client-ts as its browser bundle. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { inProject } from "../../../../scripts/lib/project.mjs";

const BUNDLE = "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>A site on oidc-client-ts</title>
<script src="/oidc-client-ts.js"></script>
<script src="/app.js"></script>
</html>`;

/** Gives `{url, stop}`; `app()` is the page's own script, a text, asked for at each request. */
export async function startStaticSite(app) {
  const bundle = readFileSync(inProject(BUNDLE));
  const server = createServer(({ url }, response) => {
    const script = { "/oidc-client-ts.js": () => bundle, "/app.js": app }[url];
    response.writeHead(200, { "content-type": script ? "text/javascript" : "text/html; charset=utf-8", "cache-control": "no-store" });
    response.end(script ? script() : PAGE);
  });
  await new Promise((settle) => server.listen(0, "127.0.0.1", settle));
  return {
    url: `http://localhost:${server.address().port}/`,
    stop: () => new Promise((settle) => (server.closeAllConnections(), server.close(settle))),
  };
}
