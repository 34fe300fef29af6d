/** What went wrong, for a program: `code` is the provider's OAuth error, or the check's, or `network_error`. */
export class NightlatchError extends Error {
  constructor(cause) {
    const code = cause.error ?? cause.code;
    // A DOMException (a time-out) has a number there, a failed fetch nothing.
    const known = typeof code === "string" ? code : "network_error";
    super(cause.error_description ?? cause.message ?? known, { cause });
    this.code = known;
  }
}
