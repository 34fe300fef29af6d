/** Homoglyph and folded addresses: one mailbox is one person, and what only looks alike is somebody else or nobody. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { askForCode, decode, freshBrowser, signedInTokens, startScene } from "./support/scene.mjs";

const subOf = ({ tokens }) => decode(tokens.id_token).claims.sub;

describe("addresses", { timeout: 120_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { otp_cooldown: 0, address_sends_per_hour: 100, address_sends_per_day: 100 } })));
  after(() => nightlatch?.stop());

  const person = async (address, mailTo) => {
    await nightlatch.runtime.d1("DELETE FROM budgets");
    const before = (await nightlatch.mailbox(mailTo)).length;
    const signedIn = await signedInTokens(nightlatch, { address, mailTo });
    assert.equal((await nightlatch.mailbox(mailTo)).length, before + 1);
    return subOf(signedIn);
  };
  const refuses = async (address) => {
    const browser = freshBrowser(nightlatch);
    const before = (await nightlatch.mailbox("")).length;
    const page = await browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email: address }, { path: "/sign-in", stopAt: "" });
    assert.equal(page.status, 400, address);
    assert.equal((await nightlatch.mailbox("")).length, before);
  };

  test("capitals, blanks and full-width letters in the domain are the same person", async () => {
    const identity = "ann.one@example.org";
    const sub = await person(identity, identity);
    for (const spelling of ["Ann.One@example.org", "ANN.ONE@EXAMPLE.ORG", "  ann.one@example.org ", "ann.one@ｅｘａｍｐｌｅ.org", "ann.one@example。org", "ann.one@EXAMPLE．ORG"]) {
      assert.equal(await person(spelling, identity), sub, spelling);
    }
    const rows = await nightlatch.runtime.d1("SELECT identity FROM addresses WHERE user_id = ?1", [sub]);
    assert.deepEqual(rows, [{ identity }]);
  });

  test("a domain in its own letters and as an A-label is one domain, and mail goes to the A-label", async () => {
    const identity = "ann@xn--bcher-kva.example";
    const sub = await person("ann@bücher.example", identity);
    for (const spelling of ["ann@BÜCHER.example", "ann@XN--BCHER-KVA.example", "ann@bu\u0308cher.example", identity]) {
      assert.equal(await person(spelling, identity), sub, spelling);
    }
    assert.equal((await nightlatch.mailbox(identity))[0].to, identity);
  });

  test("a Kelvin sign in the domain is a k, and mail goes to the k", async () => {
    const sub = await person("ann@kelvin.example", "ann@kelvin.example");
    assert.equal(await person("ann@\u212Aelvin.example", "ann@kelvin.example"), sub);
  });

  test("ß is no ss: two domains, two people", async () => {
    const sub = await person("ann@strasse.example", "ann@strasse.example");
    assert.notEqual(await person("ann@straße.example", "ann@xn--strae-oqa.example"), sub);
  });

  test("a look-alike domain is another domain, and its mail goes there", async () => {
    const victim = await person("ann@apple.example", "ann@apple.example");
    const before = (await nightlatch.mailbox("ann@apple.example")).length;
    assert.notEqual(await person("ann@аpple.example", "ann@xn--pple-43d.example"), victim);
    assert.equal((await nightlatch.mailbox("ann@apple.example")).length, before);
  });

  test("dots and plus signs aren't folded away: they are other mailboxes", async () => {
    const subs = new Set();
    for (const address of ["ann.two@example.org", "anntwo@example.org", "ann.two+x@example.org"]) subs.add(await person(address, address));
    assert.equal(subs.size, 3);
  });

  test("before the @ nothing beyond ASCII is taken, whatever it looks like or folds to", async () => {
    for (const address of [
      "ａnn@example.org", "аnn@example.org", "mıke@example.org", "mİke@example.org", "\u212Aate@example.org", "roſe@example.org", "ann\u00ad@example.org", "an\u200bn@example.org",
      "\u202enna@example.org", "ánn@example.org", "a\u0301nn@example.org", "ﬁona@example.org", "ann@example.org\u200f", "１@example.org",
    ]) await refuses(address);
  });

  test("a domain that UTS 46 refuses is refused", async () => {
    for (const address of ["ann@xn--.example", "ann@xn--a.example", "ann@xn--zzzzzzz9999.example", "ann@a\u200db.example", "ann@exa mple.org", "ann@example.org.", "ann@example.123", "ann@0x7f.1", `ann@${"a".repeat(64)}.example`]) await refuses(address);
  });

  test("the address is shown as typed, escaped", async () => {
    const { page } = await askForCode(nightlatch, { address: "O'Hara&Co@Example.org" });
    assert.match(page.html.text("main"), /O'Hara&Co@Example\.org/);
    assert.ok(!page.text.includes("O'Hara&Co@"));
  });
});

describe("addresses where letters beyond ASCII are let in", { timeout: 60_000 }, () => {
  let nightlatch;
  before(async () => (nightlatch = await startScene({ settings: { non_ascii_local_part: "allow" } })));
  after(() => nightlatch?.stop());

  test("nothing that folds to plain letters comes through", async () => {
    for (const address of ["\u212Aate@example.org", "roſe@example.org", "mıke@example.org", "mİke@example.org", "ａnn@example.org", "ﬁona@example.org", "a\u0301nn@example.org"]) {
      const browser = freshBrowser(nightlatch);
      const page = await browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email: address }, { path: "/sign-in", stopAt: "" });
      assert.equal(page.status, 400, address);
    }
    assert.equal((await askForCode(nightlatch, { address: "jörg@example.org" })).page.status, 200);
  });
});
