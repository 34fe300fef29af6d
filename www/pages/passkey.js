(() => {
  // Brings what navigator.credentials answers to the form; where there are no passkeys, the form stays hidden.
  const form = document.getElementById("passkey");
  if (!window.PublicKeyCredential || !form) return;
  const { use, known, unknown } = form.dataset;
  const options = JSON.parse(form.dataset.options);
  const making = use.startsWith("enrol");
  const problem = form.querySelector(".problem");
  let begun = Date.now();
  let controller;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const listed = (list) => list && list.map((one) => ({ ...one, id: bytes(one.id) }));
  const asked = () => ({
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: listed(options.allowCredentials),
    excludeCredentials: listed(options.excludeCredentials),
    user: options.user && { ...options.user, id: bytes(options.user.id) },
  });
  // Not toJSON(): older browsers lack it, and some password managers' is wrong.
  const answer = ({ rawId, type, response }) => JSON.stringify({
    id: text(rawId), rawId: text(rawId), type, clientExtensionResults: {},
    response: {
      clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject),
      authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle: text(response.userHandle),
      transports: response.getTransports?.(),
    },
  });

  // A ceremony is over after a while, and a page may be open for longer.
  const isOld = () => Date.now() - begun > options.timeout - 30_000;
  const renew = async () => {
    if (!isOld()) return;
    const { ceremony, challenge } = await (await fetch(`/passkeys/ceremony?use=${use}`)).json();
    form.elements.ceremony.value = ceremony;
    options.challenge = challenge;
    begun = Date.now();
  };

  // One controller for autofill and button: the later ask ends the earlier one.
  const ask = async (mediation) => {
    controller?.abort();
    const { signal } = (controller = new AbortController());
    problem.hidden = true;
    try {
      await renew();
      const request = { publicKey: asked(), signal };
      if (mediation) request.mediation = mediation;
      const credential = await (making ? navigator.credentials.create(request) : navigator.credentials.get(request));
      form.elements.credential.value = answer(credential);
      // What is ticked above counts here, too.
      document.getElementById("trust")?.setAttribute("form", form.id);
      form.submit();
    } catch (error) {
      if (signal.aborted) return;
      // NotAllowedError: the person has closed the window, or let it be.
      if (mediation) return;
      if (error.name !== "NotAllowedError") {
        problem.textContent = error.name === "InvalidStateError" ? problem.dataset.there : problem.dataset.failed;
        problem.hidden = false;
      }
      autofill();
    }
  };
  const autofill = async () => {
    if (use === "sign-in" && await PublicKeyCredential.isConditionalMediationAvailable?.()) ask("conditional");
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  setInterval(() => { if (isOld() && !document.hidden) autofill(); }, 10_000);
  autofill();

  // What this provider knows no longer, and what it knows, is told to whoever keeps the passkeys.
  if (unknown) PublicKeyCredential.signalUnknownCredential?.({ rpId: options.rpId, credentialId: unknown }).catch(() => {});
  if (known) {
    const { ids, ...user } = { rpId: options.rp.id, userId: options.user.id, ids: JSON.parse(known) };
    PublicKeyCredential.signalAllAcceptedCredentials?.({ ...user, allAcceptedCredentialIds: ids }).catch(() => {});
    const { name, displayName } = options.user;
    PublicKeyCredential.signalCurrentUserDetails?.({ ...user, name, displayName }).catch(() => {});
  }
})();
