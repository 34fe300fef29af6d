/** Authorization codes in the wrong hands: replayed, redeemed by others, too late, or with PKCE taken off. RFC 6749 §4.1.2, RFC 7636, RFC 9700 §2.1. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  atOnce, authorization, freshBrowser, pkce, post, redeem, refresh, RIVAL, secondsPass, signIn, SPA, startScene, tally, userinfo, WEB,
} from "./support/scene.mjs";

describe("authorization codes", { timeout: 120_000, concurrency: false }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene()));
  after(() => nightlatch?.stop());

  const refused = (answer, error = "invalid_grant") => {
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json.error, error);
  };

  test("a code used twice is refused, and everything that it gave is dead", async () => {
    const signedIn = await signIn(nightlatch);
    const first = await redeem(nightlatch, signedIn);
    assert.equal(first.status, 200);
    assert.equal((await userinfo(nightlatch, first.json.access_token)).status, 200);
    refused(await redeem(nightlatch, signedIn));
    assert.equal((await userinfo(nightlatch, first.json.access_token)).status, 401);
    refused(await refresh(nightlatch, SPA, first.json.refresh_token));
  });

  test("a code used 50 times at once gives tokens once, and they are dead", async () => {
    const signedIn = await signIn(nightlatch);
    const answers = await atOnce(50, () => redeem(nightlatch, signedIn));
    assert.deepEqual(tally(answers.map(({ status }) => status)), { 200: 1, 400: 49 });
    const { json } = answers.find(({ status }) => status === 200);
    assert.equal((await userinfo(nightlatch, json.access_token)).status, 401);
    refused(await refresh(nightlatch, SPA, json.refresh_token));
    assert.equal(answers.filter(({ text }) => /access_token|refresh_token|id_token/.test(text)).length, 1);
  });

  test("a code leaves one grant behind, however often it is used", async () => {
    const [{ before }] = await nightlatch.runtime.d1("SELECT count(*) AS before FROM grants");
    const signedIn = await signIn(nightlatch);
    await atOnce(10, () => redeem(nightlatch, signedIn));
    const [{ now }] = await nightlatch.runtime.d1("SELECT count(*) AS now FROM grants");
    assert.equal(now - before, 1);
  });

  describe("whoever isn't the owner is refused, and the owner's code survives the try:", () => {
    const tries = {
      "another confidential client": (signedIn) => redeem(nightlatch, signedIn, { client: RIVAL }),
      "another public client": (signedIn) => redeem(nightlatch, signedIn, { client: SPA }),
      "another redirect URI of the same client": (signedIn) => redeem(nightlatch, signedIn, { redirect_uri: WEB.redirect_uris[1] }),
      "a redirect URI with a slash more": (signedIn) => redeem(nightlatch, signedIn, { redirect_uri: `${signedIn.redirectUri}/` }),
      "another verifier": (signedIn) => redeem(nightlatch, signedIn, { code_verifier: pkce().verifier }),
      "no verifier": (signedIn) => redeem(nightlatch, signedIn, { code_verifier: null }),
      "the challenge in the verifier's place": (signedIn) =>
        redeem(nightlatch, signedIn, { code_verifier: new URL(signedIn.url).searchParams.get("code_challenge") }),
      "a changed code": (signedIn) => redeem(nightlatch, signedIn, { code: `${signedIn.code.slice(0, -2)}${signedIn.code.endsWith("AA") ? "BB" : "AA"}` }),
    };
    for (const [name, act] of Object.entries(tries)) {
      test(name, async () => {
        const signedIn = await signIn(nightlatch, { client: WEB });
        refused(await act(signedIn));
        refused(await act(signedIn));
        const own = await redeem(nightlatch, signedIn);
        assert.equal(own.status, 200, own.text);
        assert.equal((await userinfo(nightlatch, own.json.access_token)).status, 200);
      });
    }

    test("a client with a wrong secret", async () => {
      const signedIn = await signIn(nightlatch, { client: WEB });
      const answer = await redeem(nightlatch, signedIn, { client: { ...WEB, client_secret: `${WEB.client_secret}x` } });
      assert.equal(answer.status, 401);
      assert.equal(answer.json.error, "invalid_client");
      assert.equal((await redeem(nightlatch, signedIn)).status, 200);
    });

    test("no redirect URI at all", async () => {
      const signedIn = await signIn(nightlatch, { client: WEB });
      refused(await redeem(nightlatch, signedIn, { redirect_uri: null }), "invalid_request");
      assert.equal((await redeem(nightlatch, signedIn)).status, 200);
    });
  });

  test("a stranger's try after the redemption ends nothing", async () => {
    const signedIn = await signIn(nightlatch, { client: WEB });
    const { json } = await redeem(nightlatch, signedIn);
    refused(await redeem(nightlatch, signedIn, { client: RIVAL }));
    refused(await redeem(nightlatch, signedIn, { code_verifier: pkce().verifier }));
    assert.equal((await userinfo(nightlatch, json.access_token)).status, 200);
  });

  test("a public client can't leave PKCE out", async () => {
    const browser = freshBrowser(nightlatch);
    for (const change of [
      { code_challenge: null, code_challenge_method: null },
      { code_challenge: null },
      { code_challenge_method: null },
      { code_challenge_method: "plain" },
      { code_challenge_method: "s256" },
      { code_challenge: "short" },
      { code_challenge: "a".repeat(44) },
      { code_challenge: "a".repeat(400), code_challenge_method: null },
    ]) {
      const page = await browser.request(authorization(nightlatch, SPA, change).url);
      assert.equal(page.status, 303, JSON.stringify(change));
      assert.equal(page.answer.error, "invalid_request", JSON.stringify(change));
      assert.equal(page.answer.code, undefined);
    }
  });

  test("a challenge that is too long to be kept isn't taken for none", async () => {
    const change = { code_challenge: "a".repeat(400), code_challenge_method: null };
    const page = await freshBrowser(nightlatch).request(authorization(nightlatch, WEB, change).url);
    assert.equal(page.status, 303, page.text);
    assert.equal(page.answer.error, "invalid_request");
  });

  test("a verifier for a code that was asked for without PKCE is refused (downgrade)", async () => {
    const signedIn = await signIn(nightlatch, { client: WEB, change: { code_challenge: null, code_challenge_method: null } });
    refused(await redeem(nightlatch, signedIn));
    assert.equal((await redeem(nightlatch, signedIn, { code_verifier: null })).status, 200);
  });

  test("an empty verifier isn't a verifier", async () => {
    const signedIn = await signIn(nightlatch, { client: WEB });
    refused(await redeem(nightlatch, signedIn, { code_verifier: "" }));
    assert.equal((await redeem(nightlatch, signedIn)).status, 200);
  });

  test("a code is no refresh token, and a refresh token no code", async () => {
    const signedIn = await signIn(nightlatch);
    refused(await refresh(nightlatch, SPA, signedIn.code));
    const { json } = await redeem(nightlatch, signedIn);
    refused(await redeem(nightlatch, { ...signedIn, code: json.refresh_token }));
    refused(await redeem(nightlatch, { ...signedIn, code: json.access_token }));
  });

  test("a parameter that stands twice is refused, and the code survives", async () => {
    const signedIn = await signIn(nightlatch);
    const fields = { grant_type: "authorization_code", code: signedIn.code, redirect_uri: signedIn.redirectUri, code_verifier: signedIn.verifier, client_id: "spa" };
    for (const name of Object.keys(fields)) {
      const body = new URLSearchParams([...Object.entries(fields), [name, fields[name]]]);
      const answer = await fetch(`${nightlatch.url}/token`, { method: "POST", body });
      assert.equal(answer.status, 400, name);
      assert.equal((await answer.json()).error, "invalid_request", name);
    }
    assert.equal((await redeem(nightlatch, signedIn)).status, 200);
  });

  test("a code asked for in the query of the token endpoint isn't looked at", async () => {
    const signedIn = await signIn(nightlatch);
    const query = new URLSearchParams({ grant_type: "authorization_code", code: signedIn.code, redirect_uri: signedIn.redirectUri, code_verifier: signedIn.verifier, client_id: "spa" });
    assert.notEqual((await post(nightlatch, `/token?${query}`, null, {})).status, 200);
    assert.equal((await redeem(nightlatch, signedIn)).status, 200);
  });

  test("a code whose session has been signed out is dead", async () => {
    const signedIn = await signIn(nightlatch);
    const home = await signedIn.browser.get(`${nightlatch.issuer}/`);
    await signedIn.browser.submit(home, {}, { path: "/sign-out" });
    refused(await redeem(nightlatch, signedIn));
  });

  test("a code of a person who was locked out meanwhile is dead", async () => {
    const signedIn = await signIn(nightlatch);
    await nightlatch.operate("users.disable", { user: signedIn.address });
    refused(await redeem(nightlatch, signedIn));
  });
});

describe("authorization codes that live one second", { timeout: 60_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { code_lifetime: 1 } })));
  after(() => nightlatch?.stop());

  test("a code is refused after its time", async () => {
    const signedIn = await signIn(nightlatch);
    await secondsPass(2);
    const answer = await redeem(nightlatch, signedIn);
    assert.equal(answer.status, 400);
    assert.equal(answer.json.error, "invalid_grant");
  });
});
