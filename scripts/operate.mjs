/**
 * `npm run clients|users|keys -- VERB …`: operates Nightlatch, on local state or with `--remote` on the deployed one.
 *
 * The rules are the Worker's own, in the native `operator` command (`src/bin/operator.rs`). The protocol between the two:
 *
 *   stdin    {"command": "clients.add", "input": {…}, "environment": {"NIGHTLATCH_ISSUER": "…", "NIGHTLATCH_SECRET": "…", …}, "rows": []}
 *   stdout   one of
 *            {"reads": [{"sql", "params"}, …]}     operator needs these rows first. The same command comes again, with `rows` grown by one
 *                                                  array of row objects for each read, in order: [[{"id": …}, …], …]. At most 5 rounds.
 *            {"statements": [{"sql", "params"}, …], "kv": [{"key", "value": text or null}, …], "show": {…}}
 *                                                  the plan: the statements run as one transaction, then KV is written (null deletes).
 *            {"error": "one line"}                 with exit code 1: what is wrong and how to mend it.
 *
 * `params` are null, whole numbers or texts, for ?1, ?2, …. In `show`, `message` (and `warnings`, an array) are sentences; `client_secret` is
 * a secret that is shown once; `clients`, `users`, `keys` are arrays of objects, printed as tables; other fields print as "name: value".
 *
 * Commands and their `input`:
 *   config.check           {}                                  is the environment right? writes nothing
 *   clients.add            {metadata}                          RFC 7591 metadata; without client_id operator makes one; it makes the secret
 *   clients.list           {}
 *   clients.update         {client_id, patch}                  fields that are given replace the present ones; null removes one
 *   clients.rotate-secret  {client_id, keep_seconds?}          the old secret counts for that long
 *   clients.remove         {client_id}
 *   clients.load           {clients: [metadata], previous: [client_id]}   puts these in, secrets as given; removes earlier ones not among them
 *   users.invite           {address, name?}
 *   users.import           {records: [{line, record}]}         what becomes of each stands in `records` of `show`; skipped and failed ones have a reason
 *   users.list             {address?, after?, limit?}
 *   users.disable|enable|delete  {user}                        id or address
 *   keys.list              {}
 *   keys.add               {keys: [{algorithm, private_jwk}], only_missing: true}   adds those whose algorithm has no usable key; always writes KV
 *   keys.rotate            {keys: […], now?: true}             announces these as the next ones, or lets them sign at once
 *   keys.reseal            {after?: {user, id}}                seals a batch of people's keys anew; `after` in `show` begins the next one, null ends it
 *   keys.revoke            {kid}                               takes one out at once; its announced successor signs
 */

import { prepare } from "./lib/prepare.mjs";
import { main } from "./lib/project.mjs";

await main(async () => {
  await prepare();
  const { operateFromCommandLine } = await import("./lib/command-line.mjs");
  await operateFromCommandLine(process.argv.slice(2), process.env);
});
