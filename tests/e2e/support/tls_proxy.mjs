/**
 * Many https sites on one loopback port, by `Host`, with a certificate made for the occasion. Chromium reaches them with
 * the flags that `chromiumFlags` gives. The certificate's key exists for the test's time only.
 */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** `sites`: host → origin of a local http server, or a handler. */
export async function startTlsProxy(sites) {
  const server = createServer(await certificate(Object.keys(sites)), (incoming, outgoing) => {
    const site = sites[incoming.headers.host];
    if (typeof site === "function") return site(incoming, outgoing);
    forward(site, incoming, outgoing);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    chromiumFlags: [`--host-resolver-rules=MAP *.test 127.0.0.1:${server.address().port}`, "--ignore-certificate-errors"],
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

function forward(origin, incoming, outgoing) {
  const { host } = incoming.headers;
  const headers = { ...incoming.headers, "x-forwarded-proto": "https", "x-forwarded-host": host };
  const { hostname, port } = new URL(origin);
  const onward = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}

async function certificate(hosts) {
  const folder = await mkdtemp(join(tmpdir(), "nightlatch-tls-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    await promisify(execFile)("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
      ...["-keyout", key, "-out", cert, "-subj", "/CN=nightlatch test"],
      ...["-addext", `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`],
    ]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
