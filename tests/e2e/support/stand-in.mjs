/**
 * A real HTTP server on loopback that plays whoever the Worker asks: a mail provider, Turnstile. It keeps every request as it came over the
 * wire, and answers as the test says: well, badly, or not at all.
 */

import { createServer } from "node:http";

const HOST = "127.0.0.1";
const WAIT_MS = 10_000;

/** An answer: `{status, headers, body}`, where an object becomes JSON. */
export const says = (status, body = "", headers = {}) => (response) => {
  const json = typeof body === "object" && !Buffer.isBuffer(body);
  response.writeHead(status, { ...(json ? { "content-type": "application/json" } : {}), ...headers });
  response.end(json ? JSON.stringify(body) : body);
};
/** No answer, ever. */
export const hangs = () => {};
/** The connection breaks off. */
export const breaksOff = (response) => response.socket.destroy();
/** Octets that are no HTTP. */
export const babbles = (response) => response.socket.end("what is it?\r\n\r\n");
/** A good beginning, then nothing more. */
export const stallsAfter = (status, beginning) => (response) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.write(beginning);
};
/** A good beginning, then the connection breaks off. */
export const cutsOffAfter = (status, beginning) => (response) => {
  response.writeHead(status, { "content-type": "application/json" });
  response.write(beginning, () => response.socket.destroy());
};
/** The same octets for as long as anybody takes them. */
export const floods = (status, octets) => (response) => {
  response.writeHead(status, { "content-type": "application/json" });
  const pour = () => {
    while (!response.destroyed && response.write(octets));
  };
  response.on("drain", pour).on("error", () => {});
  pour();
};

export class StandIn {
  #server;
  #waiting = [];

  constructor(server) {
    this.#server = server;
    this.origin = `http://${HOST}:${server.address().port}`;
    /** Every request: `{method, path, headers, body, response, ended}`; `ended` settles when the connection's answer is over, either way. */
    this.received = [];
    /** What answers a path; `otherwise` where none is named. */
    this.answers = {};
    this.otherwise = says(404);
  }

  static async start() {
    const server = createServer();
    await new Promise((settle, refuse) => server.once("error", refuse).listen(0, HOST, settle));
    const standIn = new StandIn(server);
    server.on("request", (request, response) => standIn.#take(request, response));
    return standIn;
  }

  /** Forgets what came, and answers so from now on. */
  begin(answers) {
    this.received = [];
    this.answers = answers;
  }

  /** The request with that number, waited for. */
  async request(number = 0) {
    if (this.received[number]) return this.received[number];
    return new Promise((settle, refuse) => {
      const late = setTimeout(() => refuse(new Error(`no request ${number} within ${WAIT_MS / 1000} s`)), WAIT_MS);
      this.#waiting.push(() => {
        if (!this.received[number]) return false;
        clearTimeout(late);
        settle(this.received[number]);
        return true;
      });
    });
  }

  get paths() {
    return this.received.map(({ path }) => path);
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((settle) => this.#server.close(settle));
  }

  async #take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const ended = new Promise((settle) => response.once("close", settle));
    const { method, url: path, headers } = request;
    this.received.push({ method, path, headers, body: Buffer.concat(chunks).toString("utf8"), response, ended });
    this.#waiting = this.#waiting.filter((isServed) => !isServed());
    (this.answers[path] ?? this.otherwise)(response);
  }
}
