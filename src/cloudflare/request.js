/** The text that `src/http/head.rs` reads. */
export function head({ method, url, headers, cf }, names, namesOfBody) {
  const value = (name) => headers.get(name);
  const ofBody = method === "GET" ? [] : namesOfBody.map(value);
  return [method, url, cf?.country, ...names.map(value), ...ofBody, cf?.city].join("\n");
}
