/** What Rust reads of a request beside its body, a line each: verb, URL, country, the named headers, city. What isn't there is an empty line. */
export const head = ({ method, url, headers, cf }, names) =>
  [method, url, cf?.country, ...names.map((name) => headers.get(name)), cf?.city].join("\n");
