/**
 * Names that other processes chose are hostile: text becomes safe to show here,
 * on a terminal and in JSON.
 *
 * @module
 */

const PLAIN = /^[ -[\]-~]*$/;
const ASCII = /^[\n -~]*$/;
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
  const json = JSON.stringify(value, null, indent);
  // Most often there is nothing to escape, and looking for it this way is quick.
  if (ASCII.test(json)) return json;
  return json.replaceAll(
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
