/**
 * Passkeys by an authenticator that others wrote (nid-webauthn-emulator), over HTTP on the running Worker: they are made and sign in; then each of the
 * checks of WebAuthn §7.2 is broken in turn, signed anew by the passkey's own key, and refused; and of 50 equal answers at a time one counts.
 */

import assert from "node:assert/strict";
import { createHash, createPrivateKey, sign } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { answer, asked, newDevice } from "./support/emulator.mjs";
import { authorizeUrl, WALK_CLIENT } from "./support/every-page.mjs";
import { startNightlatch } from "./support/harness.mjs";

const SETTINGS = { otp_cooldown: 0, address_sends_per_hour: 1000, address_sends_per_day: 1000, ip_sends_per_hour: 1000 };
const CALLBACK = WALK_CLIENT.redirect_uris[0];
const [UP, UV, BE, BS] = [1, 1 << 2, 1 << 3, 1 << 4];
const FLAGS = 32;
const COUNTER = 33;

describe("passkeys by somebody else's authenticator", { timeout: 180_000 }, () => {
  let nightlatch, people = 0;

  before(async () => {
    nightlatch = await startNightlatch({ clients: [WALK_CLIENT], settings: SETTINGS });
  });

  after(() => nightlatch?.stop());

  const post = (browser, page, path, ceremony, credential) => answer(browser, page, { path, ceremony, credential, stopAt: CALLBACK });

  /** A person with a passkey. */
  async function enrolled(algorithm = "ES256") {
    const emulator = newDevice(algorithm);
    const address = `emulated${(people += 1)}@example.org`;
    const browser = nightlatch.browser();
    const codePage = await browser.submit(await browser.get(authorizeUrl(nightlatch.issuer)), { email: address });
    const { code } = await nightlatch.mail(address);
    const offer = await browser.submit(codePage, { code, passkeys: "1" });
    const { options, ceremony } = asked(offer);
    const made = await post(browser, offer, "/sign-in/passkey/new", ceremony, emulator.createJSON(nightlatch.issuer, options));
    assert.ok(made.location?.startsWith(CALLBACK), made.text);
    return emulator;
  }

  /** What the passkey answers to the address page in a new browser; `change` may break it before it is signed. */
  async function answers(emulator, change = () => {}) {
    const browser = nightlatch.browser();
    const page = await browser.get(authorizeUrl(nightlatch.issuer));
    const { options, ceremony } = asked(page);
    const credential = emulator.getJSON(nightlatch.issuer, options);
    const { response } = credential;
    const parts = { client: JSON.parse(Buffer.from(response.clientDataJSON, "base64url")), data: Buffer.from(response.authenticatorData, "base64url"), credential };
    change(parts);
    const clientData = Buffer.from(JSON.stringify(parts.client));
    const [{ publicKeyCredentialSource: source }] = emulator.authenticator.params.credentialsRepository.loadCredentials();
    const key = createPrivateKey({ format: "der", type: "pkcs8", key: Buffer.from(source.privateKey) });
    const message = Buffer.concat([parts.data, createHash("sha256").update(clientData).digest()]);
    Object.assign(response, {
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: parts.data.toString("base64url"),
      signature: (parts.signature?.(key, message) ?? sign(key.asymmetricKeyType === "ed25519" ? null : "sha256", message, key)).toString("base64url"),
    });
    return { browser, page, ceremony, credential };
  }

  const shows = ({ browser, page, ceremony, credential }) => post(browser, page, "/sign-in/passkey", ceremony, credential);

  for (const algorithm of ["ES256", "RS256", "EdDSA"]) {
    test(`${algorithm}: made after a sign-in by code, and signs in alone`, async () => {
      const back = await shows(await answers(await enrolled(algorithm)));
      assert.ok(back.location?.startsWith(CALLBACK), back.text);
      assert.ok(back.answer.code);
    });
  }

  const flags = (change) => ({ data }) => (data[FLAGS] = change(data[FLAGS]));
  const BROKEN = {
    challenge: ({ client }) => (client.challenge = Buffer.alloc(32).toString("base64url")),
    origin: ({ client }) => (client.origin = "http://localhost:1"),
    type: ({ client }) => (client.type = "webauthn.create"),
    "RP id": ({ data }) => createHash("sha256").update("evil.example").digest().copy(data),
    UP: flags((value) => value & ~UP),
    UV: flags((value) => value & ~UV),
    "BE, which never changes": flags((value) => value ^ BE),
    "BS without BE": flags((value) => (value & ~BE) | BS),
    "counter that doesn't grow": ({ data }) => data.writeUInt32BE(1, COUNTER),
    "algorithm of the signature": (parts) => (parts.signature = (key, message) => sign("sha512", message, key)),
    signature: (parts) => (parts.signature = () => sign("sha256", Buffer.from("something else"), throwaway())),
    "foreign credential": ({ credential }) => (credential.id = credential.rawId = Buffer.alloc(32, 7).toString("base64url")),
    "user handle": ({ credential }) => (credential.response.userHandle = Buffer.alloc(16, 7).toString("base64url")),
  };

  test("each broken check is refused with the same answer, and the whole one signs in", async () => {
    const emulator = await enrolled();
    const first = await shows(await answers(emulator, ({ data }) => data.writeUInt32BE(5, COUNTER)));
    assert.ok(first.location?.startsWith(CALLBACK), first.text);
    let counter = 5;
    for (const [what, breaks] of Object.entries(BROKEN)) {
      const broken = await shows(
        await answers(emulator, (parts) => {
          parts.data.writeUInt32BE((counter += 1), COUNTER);
          breaks(parts);
        }),
      );
      assert.equal(broken.status, 400, what);
      assert.match(broken.text, /<p class="problem" id="problem" role="alert">That passkey didn’t work\./, what);
    }
    const whole = await shows(await answers(emulator, ({ data }) => data.writeUInt32BE(counter + 1, COUNTER)));
    assert.ok(whole.location?.startsWith(CALLBACK), whole.text);
  });

  test("of fifty equal answers at a time one signs in, and a replay doesn't", async () => {
    const emulator = await enrolled();
    // No counter: only the ceremony, which counts once, stands between.
    await nightlatch.runtime.d1("UPDATE passkeys SET counter = 0");
    const answer = await answers(emulator, ({ data }) => data.writeUInt32BE(0, COUNTER));
    const all = await Promise.all(Array.from({ length: 50 }, () => shows(answer)));
    assert.deepEqual([303, 400].map((status) => all.filter((page) => page.status === status).length), [1, 49]);
    assert.equal((await shows(answer)).status, 400);
  });
});

/** A key that nobody has registered. */
function throwaway() {
  return createPrivateKey({ key: `-----BEGIN PRIVATE KEY-----\n${OTHER_KEY}\n-----END PRIVATE KEY-----` });
}

const OTHER_KEY = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G";
