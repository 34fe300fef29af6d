/**
 * What Rust reads of a request beside its body, a line each: verb, URL, country, the headers of these names, with any verb but GET also those of a body,
 * city. What isn't there, or is empty, is an empty line.
 */
export function head({ method, url, headers, cf }, names, namesOfBody) {
  const value = (name) => headers.get(name);
  const ofBody = method === "GET" ? [] : namesOfBody.map(value);
  return [method, url, cf?.country, ...names.map(value), ...ofBody, cf?.city].join("\n");
}
