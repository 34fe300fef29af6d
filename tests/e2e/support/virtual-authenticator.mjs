/** Chromium's virtual authenticator: a device that has passkeys, and that a test makes wait or touch. */

const OPTIONS = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
  defaultBackupEligibility: true,
  defaultBackupState: true,
};

export class VirtualAuthenticator {
  #cdp;
  #id;

  /** A device for a page; pages of other contexts don't see it. */
  static async on(page, options = {}) {
    const device = new VirtualAuthenticator();
    device.#cdp = await page.context().newCDPSession(page);
    await device.#cdp.send("WebAuthn.enable", { enableUI: false });
    const { authenticatorId } = await device.#cdp.send("WebAuthn.addVirtualAuthenticator", { options: { ...OPTIONS, ...options } });
    device.#id = authenticatorId;
    return device;
  }

  /** Nobody touches it until `touches()`. */
  waits() {
    return this.#send("setAutomaticPresenceSimulation", { enabled: false });
  }

  /** From now on somebody does. */
  touches() {
    return this.#send("setAutomaticPresenceSimulation", { enabled: true });
  }

  /** Finger, face and PIN are wrong from now on. */
  forgetsThePerson() {
    return this.#send("setUserVerified", { isUserVerified: false });
  }

  async credentials() {
    return (await this.#send("getCredentials")).credentials;
  }

  #send(method, parameters = {}) {
    return this.#cdp.send(`WebAuthn.${method}`, { authenticatorId: this.#id, ...parameters });
  }
}
