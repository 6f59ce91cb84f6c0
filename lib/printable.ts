/**
 * Names that other processes chose are hostile: prctl(PR_SET_NAME) takes any
 * fifteen bytes, a path any byte but `/` and NUL. Here they become text without
 * loss, and text becomes safe to show.
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

const PLAIN = /^[ -[\]-~]*$/;
// Control, format (bidirectional overrides among them), surrogate, private and
// unassigned characters, line separators, and the backslash that escapes.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\\]/gu;
const SHORT: Record<string, string> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\\": "\\\\",
};

/**
 * Makes text safe to show on a terminal, reversibly.
 *
 * @param text Text as {@linkcode decodeBytes} gives it.
 * @returns The text with `\n`, `\r`, `\t`, `\\`, with `\xHH` for other control
 * characters of ASCII and for bytes that were not UTF-8, and with `\u{H}` for
 * every other character that does not print.
 *
 * @example Usage
 * ```ts
 * import { printable } from "./printable.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(printable("\x1b[2J (a)"), "\\x1b[2J (a)");
 * ```
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(UNSAFE, (char) => {
    const code = char.codePointAt(0)!;
    if (char in SHORT) return SHORT[char]!;
    if (code < 0x80) return `\\x${hex(code, 2)}`;
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`;
    return `\\u{${hex(code, 1)}}`;
  });
}

/**
 * The JSON text of a value, safe to show on a terminal: what JSON leaves raw
 * and a terminal could act on (DEL, C1 controls, overrides) is escaped too.
 *
 * @param value Any JSON value.
 * @param indent Spaces to indent with, as for `JSON.stringify`.
 * @returns JSON text that parses to the same value.
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu,
    (char) =>
      Array.from(
        { length: char.length },
        (_, at) => `\\u${hex(char.charCodeAt(at), 4)}`,
      ).join(""),
  );
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
