/** The Rust crate openidconnect 4, unchanged. Its default way to authenticate is the Basic header. */

import { openidconnectProgram } from "./support/openidconnect-rs.mjs";
import { wholeVisit } from "./support/whole-visit.mjs";

wholeVisit("openidconnect-rs", {
  program: async () => [await openidconnectProgram()],
  kinds: ["basic", "public", "es256"],
});
