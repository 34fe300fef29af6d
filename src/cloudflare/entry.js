/**
 * Where the runtime comes in: an object with two functions. The class that worker-build makes would be made anew for each request, behind two
 * proxies. After a trap the module begins anew by itself.
 */

import Nightlatch from "./index.js";

const { fetch, scheduled } = Nightlatch.prototype;

export default {
  fetch: (request, env, ctx) => fetch.call({ env, ctx }, request),
  scheduled: (event, env, ctx) => scheduled.call({ env, ctx }, event),
};
