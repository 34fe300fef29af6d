/** The tests that every relying party of another language goes through: sign-in, refresh, logout, as confidential and as public client. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startNightlatch } from "../../support/harness.mjs";
import { goAndComeBack } from "../../support/person.mjs";
import { RelyingParty } from "./relying-party.mjs";

const SITE = "https://app.example.test";
const CALLBACK = `${SITE}/callback`;
const GOODBYE = `${SITE}/goodbye`;
const SECRET = "a-secret-of-the-tests-that-is-long-enough";
const ADDRESS = "person@example.org";
/** Several clients ask for one person's codes within the minute. */
const SETTINGS = { otp_cooldown: 0 };

const CLIENTS = [
  { client_id: "basic", token_endpoint_auth_method: "client_secret_basic", client_secret: SECRET },
  { client_id: "post", token_endpoint_auth_method: "client_secret_post", client_secret: SECRET },
  { client_id: "public", token_endpoint_auth_method: "none" },
  { client_id: "es256", token_endpoint_auth_method: "client_secret_basic", client_secret: SECRET, id_token_signed_response_alg: "ES256" },
].map((client) => ({
  ...client,
  redirect_uris: [CALLBACK],
  post_logout_redirect_uris: [GOODBYE],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  scope: "openid profile email offline_access",
}));

/** `program()` gives `[path, args]` of the relying party; `kinds` are the ids of the clients that its library can be. */
export function wholeVisit(name, { program, kinds }) {
  describe(name, { timeout: 600_000 }, () => {
    let nightlatch, command;

    before(async () => {
      command = await program();
      nightlatch = await startNightlatch({ clients: CLIENTS, settings: SETTINGS });
    });

    after(() => nightlatch?.stop());

    for (const client of CLIENTS.filter(({ client_id }) => kinds.includes(client_id))) {
      test(`as client "${client.client_id}": signs in, refreshes, signs out`, async () => {
        const person = nightlatch.browser();
        const party = new RelyingParty(...command);
        try {
          const { authorize } = await party.ask({ ...client, issuer: nightlatch.issuer, redirect_uri: CALLBACK, post_logout_redirect_uri: GOODBYE });
          const callback = await goAndComeBack(nightlatch, person, authorize, { address: ADDRESS, backAt: CALLBACK });
          const visit = await party.ask({ callback });
          checkVisit(visit, { client, issuer: nightlatch.issuer });
          const back = await goAndComeBack(nightlatch, person, visit.logout, { backAt: GOODBYE });
          assert.equal(back, `${GOODBYE}?state=farewell`);
          assert.match((await person.get(nightlatch.issuer)).text, /href="\/sign-in"/, "nobody is signed in");
        } finally {
          await party.stop();
        }
      });
    }
  });
}

function checkVisit({ claims, userinfo, renewed, rotated }, { client, issuer }) {
  assert.equal(claims.iss, issuer);
  assert.deepEqual([claims.aud].flat(), [client.client_id]);
  assert.equal(userinfo.sub, claims.sub);
  assert.equal(userinfo.email, ADDRESS);
  assert.equal(userinfo.email_verified, true);
  assert.equal(renewed.sub, claims.sub);
  assert.equal(renewed.auth_time, claims.auth_time);
  assert.equal(rotated, true);
}
