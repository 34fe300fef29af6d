/** An authenticator that others wrote (nid-webauthn-emulator), for pages that an `HttpBrowser` has got. */

import emulation from "nid-webauthn-emulator";

const { default: WebAuthnEmulator, AuthenticatorEmulator, PasskeysCredentialsMemoryRepository } = emulation;

/** A device without any passkey yet. */
export function newDevice(algorithm = "ES256") {
  return new WebAuthnEmulator(new AuthenticatorEmulator({ algorithmIdentifiers: [algorithm], credentialsRepository: new PasskeysCredentialsMemoryRepository() }));
}

/** What the page's passkey form asks the device for. */
export function asked(page) {
  const attribute = (name) => page.text.match(new RegExp(`${name}="([^"]*)"`))[1].replaceAll("&#34;", '"').replaceAll("&quot;", '"');
  return { options: JSON.parse(attribute("data-options")), ceremony: page.text.match(/name="ceremony" value="([^"]*)"/)[1] };
}

/** Posts what the device has answered. */
export function answer(browser, page, { path, ceremony, credential, stopAt }) {
  return browser.submit(page, { ceremony, credential: JSON.stringify(credential) }, { path, stopAt });
}

/** Signs somebody in by code at our own page and takes the offer of a passkey; gives the device. */
export async function enrolAtHome(nightlatch, browser, address) {
  const codePage = await browser.submit(await browser.get(`${nightlatch.issuer}/sign-in`), { email: address });
  const offer = await browser.submit(codePage, { code: (await nightlatch.mail(address)).code, passkeys: "1" });
  const device = newDevice();
  const { options, ceremony } = asked(offer);
  await answer(browser, offer, { path: "/sign-in/passkey/new", ceremony, credential: device.createJSON(nightlatch.issuer, options) });
  return device;
}
