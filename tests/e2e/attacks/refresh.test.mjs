/** Refresh tokens in the wrong hands: raced, replayed, aged, taken by another client. RFC 9700 §4.14.2. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { atOnce, post, refresh, RIVAL, secondsPass, signedInTokens, SPA, startScene, tally, userinfo, WEB } from "./support/scene.mjs";

describe("refresh tokens", { timeout: 120_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene()));
  after(() => nightlatch?.stop());

  const refused = (answer, error = "invalid_grant") => {
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json.error, error);
    assert.equal(answer.json.access_token, undefined);
  };
  const family = async (token) => {
    const [row] = await nightlatch.runtime.d1("SELECT generation, ended_at FROM grants WHERE id = ?1", [token.split("~")[0]]);
    return { generation: row.generation, ended: row.ended_at !== null };
  };

  test("50 refreshes at once make one rotation and 50 equal successors", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    const answers = await atOnce(50, () => refresh(nightlatch, SPA, tokens.refresh_token));
    assert.deepEqual(tally(answers.map(({ status }) => status)), { 200: 50 });
    const successors = new Set(answers.map(({ json }) => json.refresh_token));
    assert.equal(successors.size, 1);
    assert.notEqual([...successors][0], tokens.refresh_token);
    assert.deepEqual(await family(tokens.refresh_token), { generation: 1, ended: false });
    assert.equal((await refresh(nightlatch, SPA, [...successors][0])).status, 200, "and the successor works");
  });

  test("within the grace the predecessor gets the same successor, until that one has been used", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    const first = await refresh(nightlatch, SPA, tokens.refresh_token);
    const again = await refresh(nightlatch, SPA, tokens.refresh_token);
    assert.equal(again.json.refresh_token, first.json.refresh_token);
    const second = await refresh(nightlatch, SPA, first.json.refresh_token);
    assert.equal(second.status, 200);
    refused(await refresh(nightlatch, SPA, tokens.refresh_token));
  });

  test("a grandparent ends the family: every token of it is dead", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    const first = await refresh(nightlatch, SPA, tokens.refresh_token);
    const second = await refresh(nightlatch, SPA, first.json.refresh_token);
    assert.equal((await userinfo(nightlatch, second.json.access_token)).status, 200);
    refused(await refresh(nightlatch, SPA, tokens.refresh_token));
    assert.equal((await family(tokens.refresh_token)).ended, true);
    refused(await refresh(nightlatch, SPA, second.json.refresh_token));
    refused(await refresh(nightlatch, SPA, first.json.refresh_token));
    for (const { json } of [first, second]) assert.equal((await userinfo(nightlatch, json.access_token)).status, 401);
  });

  test("child and grandparent at once: the family is over afterwards", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    const first = await refresh(nightlatch, SPA, tokens.refresh_token);
    const second = await refresh(nightlatch, SPA, first.json.refresh_token);
    await atOnce(20, (index) => refresh(nightlatch, SPA, index % 2 ? tokens.refresh_token : second.json.refresh_token));
    assert.equal((await family(tokens.refresh_token)).ended, true);
  });

  test("another client's try is refused and leaves the family alone", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    for (const client of [WEB, RIVAL]) refused(await refresh(nightlatch, client, tokens.refresh_token));
    const first = await refresh(nightlatch, SPA, tokens.refresh_token);
    assert.equal(first.status, 200);
    const second = await refresh(nightlatch, SPA, first.json.refresh_token);
    // Not even an old one in a stranger's hands ends it.
    for (const client of [WEB, RIVAL]) refused(await refresh(nightlatch, client, tokens.refresh_token));
    assert.equal((await family(tokens.refresh_token)).ended, false);
    assert.equal((await refresh(nightlatch, SPA, second.json.refresh_token)).status, 200);
  });

  test("a confidential client's token is of no use without its secret", async () => {
    const { tokens } = await signedInTokens(nightlatch, { client: WEB });
    const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh_token, client_id: "web" };
    for (const change of [{}, { client_secret: "wrong" }, { client_secret: WEB.client_secret }]) {
      const answer = await post(nightlatch, "/token", null, { ...fields, ...change });
      assert.equal(answer.status, 401, JSON.stringify(change));
      assert.equal(answer.json.error, "invalid_client");
    }
    assert.equal((await refresh(nightlatch, WEB, tokens.refresh_token)).status, 200);
  });

  test("a locked-out person's refresh token gives nothing", async () => {
    const { tokens, address } = await signedInTokens(nightlatch);
    await nightlatch.operate("users.disable", { user: address });
    refused(await refresh(nightlatch, SPA, tokens.refresh_token));
    assert.equal((await userinfo(nightlatch, tokens.access_token)).status, 401);
  });

  test("a deleted person's refresh token gives nothing", async () => {
    const { tokens, address } = await signedInTokens(nightlatch);
    await nightlatch.operate("users.delete", { user: address });
    refused(await refresh(nightlatch, SPA, tokens.refresh_token));
    assert.equal((await userinfo(nightlatch, tokens.access_token)).status, 401);
  });

  test("a revoked one gives nothing, not even at the same time", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    await Promise.all([post(nightlatch, "/revoke", SPA, { token: tokens.refresh_token }), refresh(nightlatch, SPA, tokens.refresh_token)]);
    refused(await refresh(nightlatch, SPA, tokens.refresh_token));
    assert.equal((await family(tokens.refresh_token)).ended, true);
  });

  test("another client can't revoke it", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    for (const client of [WEB, RIVAL]) refused(await post(nightlatch, "/revoke", client, { token: tokens.refresh_token }));
    assert.equal((await refresh(nightlatch, SPA, tokens.refresh_token)).status, 200);
  });

  test("a wider scope is refused and rotates nothing", async () => {
    const { tokens } = await signedInTokens(nightlatch, { change: { scope: "openid offline_access" } });
    refused(await refresh(nightlatch, SPA, tokens.refresh_token, { scope: "openid email" }), "invalid_scope");
    assert.deepEqual(await family(tokens.refresh_token), { generation: 0, ended: false });
    const { json } = await refresh(nightlatch, SPA, tokens.refresh_token);
    assert.equal((await userinfo(nightlatch, json.access_token)).json.email, undefined);
  });

  test("a made-up generation or family is no token", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    const [id, generation, tag] = tokens.refresh_token.split("~");
    const other = `${id.slice(0, -1)}${id.endsWith("A") ? "Q" : "A"}`;
    for (const token of [
      `${id}~${Number(generation) + 1}~${tag}`, `${id}~-1~${tag}`, `${id}~99999999999999999999~${tag}`, `${id}~~${tag}`, `${id}~${generation}~`,
      `${id}~${generation}`, `${other}~${generation}~${tag}`, `ffffffff${id.slice(8)}~${generation}~${tag}`, `${tokens.refresh_token}~`, "~~", "~", "x",
    ]) refused(await refresh(nightlatch, SPA, token));
    assert.equal((await refresh(nightlatch, SPA, tokens.refresh_token)).status, 200);
  });

  test("without offline_access there is none", async () => {
    const { tokens } = await signedInTokens(nightlatch, { change: { scope: "openid email" } });
    assert.equal(tokens.refresh_token, undefined);
  });
});

describe("refresh tokens after the grace", { timeout: 60_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { refresh_grace: 1 } })));
  after(() => nightlatch?.stop());

  test("the predecessor ends the family", async () => {
    const { tokens } = await signedInTokens(nightlatch);
    const first = await refresh(nightlatch, SPA, tokens.refresh_token);
    assert.equal(first.status, 200);
    await secondsPass(3);
    assert.equal((await refresh(nightlatch, SPA, tokens.refresh_token)).json.error, "invalid_grant");
    assert.equal((await refresh(nightlatch, SPA, first.json.refresh_token)).json.error, "invalid_grant");
    assert.equal((await userinfo(nightlatch, first.json.access_token)).status, 401);
  });
});
