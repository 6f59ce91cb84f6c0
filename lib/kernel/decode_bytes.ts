/**
 * Names in the kernel are bytes: prctl(PR_SET_NAME) takes any fifteen, a path
 * any byte but `/` and NUL. Here they become text without loss.
 *
 * @module
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes bytes that need not be UTF-8, without losing any.
 *
 * @param bytes Raw bytes, for example of a file name.
 * @returns The text. A byte B that is not part of valid UTF-8 becomes the lone
 * surrogate U+DC00 + B, as in Python's `surrogateescape` (PEP 383).
 */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

function decodeBroken(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    text += length === 0
      ? String.fromCharCode(0xdc00 + bytes[at]!)
      : strict.decode(bytes.subarray(at, at + length));
    at += length || 1;
  }
  return text;
}

/** Bytes in the UTF-8 sequence that starts at an offset; 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    try {
      strict.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // Not yet a whole character.
    }
  }
  return 0;
}
