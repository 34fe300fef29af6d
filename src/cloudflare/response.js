/** A response with headers from their JSON, and a body of its own: the bytes are gone as soon as Rust goes on. */
export const respond = (status, headers, bytes) => new Response(bytes && bytes.slice(), { status, headers: JSON.parse(headers) });
