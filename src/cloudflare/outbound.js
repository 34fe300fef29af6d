/** POSTs, with `headers` as the JSON of an array of names and values; follows no redirect, and breaks off after so many milliseconds. */
export const post = (url, headers, body, milliseconds) =>
  fetch(url, { method: "POST", headers: JSON.parse(headers), body, redirect: "manual", signal: AbortSignal.timeout(milliseconds) });
