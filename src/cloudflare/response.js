/** Responses, whose headers come as lines: a name, its value, a name, its value. */

const kept = [];

/** Keeps headers that many responses have under that number. */
export function keep(number, lines) {
  kept[number] = new Headers();
  append(kept[number], lines);
}

/** A response with the headers of that number, more of its own, and a copy of the bytes: they are gone as soon as Rust goes on. */
export function respond(status, number, lines, bytes) {
  const response = new Response(bytes && bytes.slice(), { status, headers: kept[number] });
  append(response.headers, lines);
  return response;
}

function append(headers, text) {
  const lines = text.split("\n");
  for (let name = 0; name + 1 < lines.length; name += 2) headers.append(lines[name], lines[name + 1]);
}
