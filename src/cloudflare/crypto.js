/** Imports a key for that use alone; `jwk` is its JSON. It can't be taken out again. */
export const importKey = (jwk, parameters, usage) => crypto.subtle.importKey("jwk", JSON.parse(jwk), parameters, false, [usage]);
