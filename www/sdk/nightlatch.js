/**
 * Sign-in for static sites: the client, and the `<sign-in>` element that shows it.
 *
 * One import does both: the element defines itself. Served by the provider as `ISSUER/nightlatch.js`.
 */

import { NightlatchClient } from "./client.js";
import { SignIn } from "./element.js";

// A second copy on the page (another version, another issuer) leaves the first one's element alone.
customElements.get("sign-in") ?? customElements.define("sign-in", SignIn);

export { NightlatchClient, SignIn };
