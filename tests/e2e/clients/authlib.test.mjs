/** Authlib (Python), unchanged, on its Flask client. It checks the ID token itself; needs Python 3.10 or newer. */

import { inProject } from "../../../scripts/lib/project.mjs";
import { pythonWithAuthlib } from "./support/authlib.mjs";
import { wholeVisit } from "./support/whole-visit.mjs";

wholeVisit("Authlib", {
  program: async () => [await pythonWithAuthlib(), [inProject("tests/e2e/clients/authlib/relying_party.py")]],
  kinds: ["basic", "post", "public", "es256"],
});
