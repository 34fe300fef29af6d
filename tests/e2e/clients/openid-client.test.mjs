/** openid-client 6, unchanged: each kind of client signs in, reads userinfo, refreshes, introspects, revokes, and signs out. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as oidc from "openid-client";
import { startNightlatch } from "../support/harness.mjs";
import { goAndComeBack } from "../support/person.mjs";

const SITE = "https://app.example.test";
const CALLBACK = `${SITE}/callback`;
const GOODBYE = `${SITE}/goodbye`;
const SECRET = "a-secret-of-the-tests-that-is-long-enough";

const metadata = (client_id, more) => ({
  client_id,
  client_secret: SECRET,
  redirect_uris: [CALLBACK],
  post_logout_redirect_uris: [GOODBYE],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  scope: "openid profile email offline_access",
  ...more,
});

const KINDS = [
  {
    name: "a client with client_secret_basic",
    metadata: metadata("basic", { token_endpoint_auth_method: "client_secret_basic" }),
    authentication: oidc.ClientSecretBasic(SECRET),
    algorithm: "RS256",
  },
  {
    name: "a client with client_secret_post",
    metadata: metadata("post", { token_endpoint_auth_method: "client_secret_post" }),
    authentication: oidc.ClientSecretPost(SECRET),
    algorithm: "RS256",
  },
  {
    name: "a public client",
    metadata: metadata("public", { token_endpoint_auth_method: "none", client_secret: undefined }),
    authentication: oidc.None(),
    algorithm: "RS256",
  },
  {
    name: "a client that asks for ES256",
    metadata: metadata("es256", { token_endpoint_auth_method: "client_secret_basic", id_token_signed_response_alg: "ES256" }),
    authentication: oidc.ClientSecretBasic(SECRET),
    algorithm: "ES256",
  },
  {
    name: "a client whose id and secret need escaping in the Basic header",
    metadata: metadata("https://app.example.test/+%&", { client_secret: `${SECRET} +%&:`, token_endpoint_auth_method: "client_secret_basic" }),
    authentication: oidc.ClientSecretBasic(`${SECRET} +%&:`),
    algorithm: "RS256",
  },
];

describe("openid-client", { timeout: 120_000 }, () => {
  let nightlatch;

  before(async () => {
    nightlatch = await startNightlatch({ clients: KINDS.map(({ metadata }) => metadata) });
  });

  after(() => nightlatch?.stop());

  for (const [number, kind] of KINDS.entries()) {
    describe(kind.name, () => {
      const address = `person${number}@example.org`;
      let client, person, tokens;

      before(async () => {
        const { client_id, id_token_signed_response_alg } = kind.metadata;
        client = await oidc.discovery(new URL(nightlatch.issuer), client_id, { id_token_signed_response_alg }, kind.authentication, {
          execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
        });
        person = nightlatch.browser();
      });

      test("signs in with PKCE, state and nonce", async () => {
        tokens = await signIn();
        const claims = tokens.claims();
        assert.equal(JSON.parse(Buffer.from(tokens.id_token.split(".")[0], "base64url")).alg, kind.algorithm);
        assert.deepEqual(claims.amr, ["otp"]);
        assert.equal(tokens.token_type, "bearer");
        assert.equal(tokens.expires_in, 3600);
        assert.ok(tokens.refresh_token);
      });

      test("reads userinfo about the same person", async () => {
        const info = await oidc.fetchUserInfo(client, tokens.access_token, tokens.claims().sub);
        assert.equal(info.email, address);
        assert.equal(info.email_verified, true);
      });

      test("signs in silently while the session lives", async () => {
        const again = await signIn({ prompt: "none" });
        assert.equal(again.claims().sub, tokens.claims().sub);
        assert.equal(again.claims().auth_time, tokens.claims().auth_time);
      });

      test("refreshes, and the new tokens work", async () => {
        const renewed = await oidc.refreshTokenGrant(client, tokens.refresh_token);
        assert.notEqual(renewed.refresh_token, tokens.refresh_token);
        assert.notEqual(renewed.access_token, tokens.access_token);
        assert.equal(renewed.claims().sub, tokens.claims().sub);
        assert.equal(renewed.claims().auth_time, tokens.claims().auth_time);
        tokens = renewed;
        await oidc.fetchUserInfo(client, tokens.access_token, tokens.claims().sub);
      });

      test(kind.metadata.client_secret === undefined ? "may not introspect" : "introspects", async () => {
        const asked = oidc.tokenIntrospection(client, tokens.access_token);
        if (kind.metadata.client_secret === undefined) {
          await assert.rejects(asked, { status: 401 });
          return;
        }
        const { active, client_id, sub, scope } = await asked;
        assert.deepEqual({ active, client_id, sub }, { active: true, client_id: kind.metadata.client_id, sub: tokens.claims().sub });
        assert.ok(scope.split(" ").includes("openid"));
      });

      test("revokes: both tokens are dead then", async () => {
        await oidc.tokenRevocation(client, tokens.refresh_token);
        await assert.rejects(oidc.refreshTokenGrant(client, tokens.refresh_token), { error: "invalid_grant" });
        await assert.rejects(oidc.fetchUserInfo(client, tokens.access_token, tokens.claims().sub), { status: 401 });
      });

      test("signs out, comes back with its state, and nobody is signed in", async () => {
        const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: GOODBYE, state: "farewell" };
        const back = await goAndComeBack(nightlatch, person, oidc.buildEndSessionUrl(client, parameters), { backAt: GOODBYE });
        assert.equal(back, `${GOODBYE}?state=farewell`);
        await assert.rejects(signIn({ prompt: "none" }), { error: "login_required" });
      });

      async function signIn(more) {
        const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
        const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
        const url = oidc.buildAuthorizationUrl(client, {
          redirect_uri: CALLBACK,
          scope: "openid profile email offline_access",
          code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
          code_challenge_method: "S256",
          state: expectedState,
          nonce: expectedNonce,
          ...more,
        });
        const back = await goAndComeBack(nightlatch, person, url, { address, backAt: CALLBACK });
        const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
        return oidc.authorizationCodeGrant(client, new URL(back), checks);
      }
    });
  }
});
