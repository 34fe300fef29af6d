/** Reads WebAssembly's binary format as far as the bench needs it (WebAssembly Core Specification 3.0 §5). */

const HEADER_BYTES = 8;
const CODE_SECTION = 10;

/** The size of a module's largest function, in bytes. Each is compiled whole, at its first call. */
export function largestFunctionBytes(module) {
  const reader = { module, at: HEADER_BYTES };
  while (reader.at < module.length) {
    const section = module[reader.at++];
    const size = unsigned(reader);
    if (section === CODE_SECTION) return largestOf(reader);
    reader.at += size;
  }
  throw new Error("the module has no code");
}

/** Of the bodies of a code section, each with its size before it. */
function largestOf(reader) {
  let largest = 0;
  for (let left = unsigned(reader); left > 0; left -= 1) {
    const size = unsigned(reader);
    largest = Math.max(largest, size);
    reader.at += size;
  }
  return largest;
}

/** A whole number in LEB128: seven bits a byte, the lowest first. */
function unsigned(reader) {
  for (let number = 0, place = 1; ; place *= 128) {
    const byte = reader.module[reader.at++];
    if (byte === undefined) throw new Error("the module ends in the middle of a number");
    number += (byte & 127) * place;
    if (byte < 128) return number;
  }
}
