/**
 * The verbs of `npm run clients|users|keys`, their flags and their help. Turns a command line into `{command, input}` for `operator`.
 */

import { parseArgs } from "node:util";
import { ALGORITHMS, newKeys } from "./keys.mjs";
import { given, OneLine, readJson } from "./project.mjs";

const text = { type: "string" };
const texts = { type: "string", multiple: true };
const flag = { type: "boolean" };

/** What every verb takes. */
const COMMON = { remote: flag, json: flag, help: flag };
/** Flags of a client, and the RFC 7591 field that each one sets. */
const CLIENT = {
  name: [text, "client_name"],
  "redirect-uri": [texts, "redirect_uris"],
  "post-logout-redirect-uri": [texts, "post_logout_redirect_uris"],
  "auth-method": [text, "token_endpoint_auth_method"],
  scope: [text, "scope"],
  alg: [text, "id_token_signed_response_alg"],
  acr: [texts, "default_acr_values"],
  "client-uri": [text, "client_uri"],
  "logo-uri": [text, "logo_uri"],
  "policy-uri": [text, "policy_uri"],
  "tos-uri": [text, "tos_uri"],
};
const CLIENT_FLAGS = Object.fromEntries(Object.entries(CLIENT).map(([name, [kind]]) => [name, kind]));
const METADATA_FLAGS = { ...CLIENT_FLAGS, id: text, public: flag, "no-pkce": flag, file: text };

const VERBS = {
  clients: {
    add: { flags: METADATA_FLAGS, input: (values) => ({ metadata: newMetadata(values) }) },
    list: { flags: {}, input: () => ({}) },
    update: { flags: METADATA_FLAGS, needs: ["id"], input: (values) => ({ client_id: values.id, patch: metadata(values) }) },
    "rotate-secret": { flags: { id: text, keep: text }, needs: ["id"], input: ({ id, keep }) => ({ client_id: id, keep_seconds: number(keep, "keep") }) },
    remove: { flags: { id: text }, needs: ["id"], input: ({ id }) => ({ client_id: id }) },
  },
  users: {
    invite: { flags: { email: text, name: text }, needs: ["email"], input: ({ email, name }) => ({ address: email, name }) },
    // The file comes in batches: each is an input of its own.
    import: { flags: {}, file: "the file to import", input: () => ({}) },
    list: {
      flags: { email: text, after: text, limit: text },
      input: ({ email, after, limit }) => ({ address: email, after, limit: number(limit, "limit") }),
    },
    disable: { flags: { user: text }, needs: ["user"], input: ({ user }) => ({ user }) },
    enable: { flags: { user: text }, needs: ["user"], input: ({ user }) => ({ user }) },
    delete: { flags: { user: text }, needs: ["user"], input: ({ user }) => ({ user }) },
  },
  keys: {
    list: { flags: {}, input: () => ({}) },
    rotate: { flags: { alg: texts, now: flag }, input: async ({ alg, now }) => ({ keys: await newKeys(alg?.map(algorithm)), now }) },
    // It comes in batches, each an input of its own.
    reseal: { flags: {}, input: () => ({}) },
    revoke: { flags: { kid: text }, needs: ["kid"], input: ({ kid }) => ({ kid }) },
  },
};

const HELP = {
  clients: `npm run clients -- add --name "My shop" --public --redirect-uri https://shop.example/ --scope "openid email"
npm run clients -- add --name Backend --redirect-uri https://app.example/callback --post-logout-redirect-uri https://app.example/
npm run clients -- add --file client.json          RFC 7591 metadata; further flags override its fields
npm run clients -- update --id ID --redirect-uri https://shop.example/ --redirect-uri https://www.shop.example/
npm run clients -- rotate-secret --id ID           the old secret counts for a day; --keep SECONDS says otherwise
npm run clients -- remove --id ID
npm run clients -- list

Flags of add and update:
  --id ID                            add: an id of your choice; update: which client
  --name, --client-uri, --logo-uri, --policy-uri, --tos-uri
  --redirect-uri, --post-logout-redirect-uri     as often as there are
  --public                           a site or app that can't keep a secret (auth method "none")
  --auth-method METHOD               client_secret_basic, client_secret_post or none
  --no-pkce                          a confidential client that can't do PKCE
  --scope "openid email"             the scopes that it may ask for
  --alg RS256|ES256                  signature of its ID tokens
  --acr 1|2                          how many factors its people show where a request doesn't say
  --file FILE                        the metadata as JSON`,
  users: `npm run users -- invite --email ann@example.org --name "Ann Archer"
npm run users -- list                              a page of 100; --limit NUMBER, --after ID for the next one
npm run users -- list --email ann@example.org
npm run users -- import people.jsonl               {"email", "name", "password_hash", "email_verified", "disabled"}, one a line
npm run users -- disable --user ann@example.org    by address or id; ends every session
npm run users -- enable --user ann@example.org
npm run users -- delete --user ann@example.org`,
  keys: `npm run keys -- list
npm run keys -- rotate                   announces new keys; they sign once every client has had time to read them
npm run keys -- rotate --alg ES256
npm run keys -- rotate --now             new keys that sign at once, for when the old ones are in doubt
npm run keys -- revoke --kid KID         takes a key out at once: whatever it signed is no longer valid
npm run keys -- reseal                   after a change of NIGHTLATCH_SECRET: seals anew what the previous one sealed, people's apps and codes too`,
};
const HELP_END = `
Everywhere: --remote for the deployed Nightlatch, else local state (STATE_DIR, SETTINGS); --json for machines; --help.`;

/** `["clients", "add", "--name", …]` as `{command, input, remote, json}`, or `{help}`. */
export async function readCommandLine([area, verb, ...args]) {
  if (!VERBS[area]) throw new OneLine(`There is no "${area}": say clients, users or keys.`);
  if (verb === undefined || verb === "--help" || verb === "help" || args.includes("--help")) return { help: `${HELP[area]}\n${HELP_END}` };
  const known = VERBS[area][verb];
  if (!known) throw new OneLine(`There is no "${area} ${verb}": say ${Object.keys(VERBS[area]).join(", ")}; --help shows examples.`);
  const { values, positionals } = parse(args, { ...COMMON, ...known.flags }, { where: `${area} ${verb}`, takesFile: known.file !== undefined });
  if (known.file && positionals.length !== 1) throw new OneLine(`${area} ${verb} needs ${known.file}: npm run ${area} -- ${verb} FILE`);
  for (const name of known.needs ?? []) {
    if (!values[name]) throw new OneLine(`${area} ${verb} needs --${name}: "npm run ${area} -- --help" shows examples.`);
  }
  const [file] = positionals;
  return { command: `${area}.${verb}`, input: await known.input(values), ...(file && { file }), remote: values.remote === true, json: values.json === true };
}

function parse(args, options, { where, takesFile }) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: takesFile });
  } catch (error) {
    throw new OneLine(`${where}: ${error.message.split(/[.\n] ?To specify|\n/)[0]}`);
  }
}

function number(text, name) {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new OneLine(`--${name} is "${text}": give a whole number.`);
}

function algorithm(name) {
  if (ALGORITHMS.includes(name)) return name;
  throw new OneLine(`--alg is "${name}": say ${ALGORITHMS.join(" or ")}.`);
}

/** A new client keeps a secret unless it is said to be public (RFC 7591 §2: client_secret_basic is the default). */
function newMetadata(values) {
  const given = metadata(values, values.id && { client_id: values.id });
  return values.file ? given : { token_endpoint_auth_method: "client_secret_basic", ...given };
}

/** RFC 7591 metadata: what the file says, then what the flags say. */
function metadata(values, more) {
  const fields = values.file ? readJson(given(values.file), "The metadata file") : {};
  for (const [name, [, field]] of Object.entries(CLIENT)) {
    if (values[name] !== undefined) fields[field] = values[name];
  }
  if (values.public) fields.token_endpoint_auth_method = "none";
  if (values["no-pkce"]) fields.require_pkce = false;
  return { ...fields, ...more };
}
