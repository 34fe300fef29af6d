/**
 * The demo: `<sign-in>` in the corner, the person's claims, and a button that renews the access token.
 * `config.json` says which provider and client, and where mails wait if they never leave; a page of your own would just write the first two into its HTML.
 */

const LABELS = {
  name: "Name",
  preferred_username: "User name",
  email: "E-mail",
  email_verified: "E-mail proven",
  auth_time: "Signed in",
  amr: "Proven by",
  acr: "Assurance",
  sub: "Your id here",
  iss: "Provider",
};

const find = (id) => document.getElementById(id);

start().catch(() => {
  find("state").textContent = "";
  problem("The sign-in service can’t be reached. Is it running?");
});

async function start() {
  const { issuer, client_id: clientId = "demo", mailbox } = await (await fetch("config.json", { cache: "no-store" })).json();
  const { NightlatchClient } = await import(new URL("/nightlatch.js", issuer));
  const client = new NightlatchClient({ issuer, clientId, scope: "openid profile email offline_access passkeys" });
  client.addEventListener("change", () => {
    find("problem").hidden = true;
    show(client.user);
  });
  client.addEventListener("error", ({ detail }) => problem(`That didn’t work (${detail.code}). Please try again.`));

  // The same as <sign-in issuer="…" client-id="…"></sign-in> in the page. It finds the client made above.
  const signIn = document.createElement("sign-in");
  signIn.setAttribute("issuer", issuer);
  signIn.setAttribute("client-id", clientId);
  find("corner").append(signIn);

  find("renew").addEventListener("click", () => renew(client));
  find("add-passkey").addEventListener("click", () => addPasskey(client, issuer));
  if (mailbox) pointToMailbox(mailbox);
  show(await client.ready);
}

/** Where no mail leaves the developer's machine: say where to find the code. */
function pointToMailbox(mailbox) {
  const link = document.createElement("a");
  Object.assign(link, { href: mailbox, target: "_blank", textContent: "development mailbox" });
  find("where").replaceChildren("Type the code, which waits in the ", link, ". You come back here, signed in.");
}

function show(user) {
  find("person").hidden = find("token").hidden = find("passkeys").hidden = !user;
  find("guide").hidden = Boolean(user);
  find("greeting").textContent = user?.name ? `Hello, ${user.name}` : "Hello";
  find("state").textContent = user ? "You are signed in." : "You are not signed in.";
  find("token-state").textContent = "It renews itself when it is needed.";
  find("claims").replaceChildren(...(user ? rows(user) : []));
}

function rows(user) {
  return Object.entries(LABELS)
    .filter(([claim]) => user[claim] !== undefined)
    .map(([claim, label]) => {
      const row = document.createElement("div");
      const term = row.appendChild(document.createElement("dt"));
      const value = row.appendChild(document.createElement("dd"));
      term.textContent = label;
      value.textContent = words(claim, user[claim]);
      value.dataset.claim = claim;
      return row;
    });
}

function words(claim, value) {
  if (claim === "auth_time") return new Date(value * 1000).toLocaleString();
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

async function renew(client) {
  const button = find("renew");
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  try {
    if (await client.renew()) find("token-state").textContent = `Renewed at ${new Date().toLocaleTimeString()}.`;
  } catch {
    // The client's `error` event has shown it.
  } finally {
    button.ariaDisabled = "false";
  }
}

async function addPasskey(client, issuer) {
  const { addPasskey: add } = await import(new URL("/nightlatch-passkeys.js", issuer));
  try {
    const added = await add(client, { issuer, returnTo: new URL(location.pathname, location).href });
    if (added) find("passkey-state").textContent = `Added: ${added.name}. Next time it signs you in.`;
  } catch (error) {
    // The proof is too old, or not sure enough for somebody who has a passkey already.
    if (error.code === "insufficient_user_authentication") return client.signIn({ prompt: "login", acrValues: error.acrValues });
    const words = { not_allowed: "Nothing was added.", already_there: "This device has a passkey for you already." };
    find("passkey-state").textContent = words[error.code] ?? `That didn’t work (${error.code ?? error.name}). Please try again.`;
  }
}

function problem(text) {
  find("problem").textContent = text;
  find("problem").hidden = false;
}
