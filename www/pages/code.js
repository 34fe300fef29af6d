(() => {
  // Only saves steps: the page does everything without it.
  const form = document.getElementById("enter");
  const field = document.getElementById("code");
  const again = document.getElementById("again");
  const length = Number(field.dataset.length);
  let gone = false;

  // Digits of Arabic, Persian and East Asian keyboards become ASCII; spaces, dashes and marks of direction go.
  const tidy = (text) => text
    .replace(/[٠-٩۰-۹０-９]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[\s\-\u200e\u200f\u2066-\u2069]/g, "");

  document.getElementById("goes-on").hidden = false;
  field.addEventListener("input", (event) => {
    const tidied = tidy(field.value);
    if (tidied.length === length || event.inputType === "insertFromPaste") field.value = tidied;
    if (tidied.length !== length || gone || !form.checkValidity()) return;
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    if (gone) event.preventDefault();
    gone = true;
  });
  addEventListener("pageshow", () => { gone = false; });

  // Where the device can make passkeys, one may be offered after the code.
  window.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.().then((can) => {
    if (can) form.elements.passkeys.value = "1";
  });

  // The mail's link carries the code where no server sees it. It fills the field; going on stays the person's choice.
  const linked = new URLSearchParams(location.hash.slice(1)).get("code");
  if (linked) {
    field.value = tidy(linked).slice(0, length);
    history.replaceState(history.state, "", location.pathname + location.search);
    form.querySelector("button").focus();
  }

  const ready = again.textContent;
  const [before, after] = again.dataset.clock.split(/\d+:\d\d/);
  const until = Date.now() + again.dataset.wait * 1000;
  const count = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    again.disabled = left > 0;
    again.textContent = left > 0
      ? before + Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0") + after
      : ready;
    if (left > 0) setTimeout(count, 500);
  };
  count();
})();
