/**
 * A TLS proxy on loopback, as one stands before an https issuer: ends TLS for any host name and passes the request on, `Host` unchanged.
 * Its certificate is made by openssl at the first use; browsers and clients in tests are told to accept it.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

let kept;

/** A self-signed certificate for these hosts: `{key, cert}` as PEM. */
export function certificate(hosts = ["localhost", "*.localhost", "*.test"]) {
  kept ??= makeCertificate(hosts);
  return kept;
}

function makeCertificate(hosts) {
  const folder = mkdtempSync(join(tmpdir(), "nightlatch-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  const subject = ["-subj", "/CN=nightlatch.test", "-addext", `subjectAltName=${names},IP:127.0.0.1`];
  try {
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject],
      { stdio: "pipe" },
    );
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Starts the proxy. `routes` maps a host name to the http address behind it: `{"login.localhost": "http://127.0.0.1:8787"}`.
 * Gives `{port, close()}`. The port can be chosen, since the issuer names it.
 */
export async function startTlsProxy({ routes, port = 0 }) {
  const server = https.createServer(certificate(), (request, response) => {
    const target = routes[request.headers.host?.replace(/:\d+$/, "")];
    if (!target) return response.writeHead(421).end();
    const headers = { ...request.headers, "x-forwarded-proto": "https" };
    const onward = http.request(target, { path: request.url, method: request.method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    return request.pipe(onward);
  });
  await new Promise((settle, refuse) => server.once("error", refuse).listen(port, "127.0.0.1", settle));
  return {
    port: server.address().port,
    close: () => {
      server.closeAllConnections();
      return new Promise((settle) => server.close(settle));
    },
  };
}
