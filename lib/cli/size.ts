/**
 * Sizes as people write them: 64M, 1G, or plain bytes.
 *
 * @module
 */

const UNITS = "KMGT";
const SIZE = /^([1-9][0-9]{0,14})([KMGT]?)$/i;

/**
 * Reads a size.
 *
 * @param text A positive number, K, M, G or T after it for powers of 1024.
 * @returns Bytes; undefined if it is no size.
 *
 * @example Usage
 * ```ts
 * import { parseSize } from "./size.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSize("64M"), 67108864);
 * assertEquals(parseSize("64 MB"), undefined);
 * ```
 */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = SIZE.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const power = unit ? UNITS.indexOf(unit.toUpperCase()) + 1 : 0;
  const bytes = Number(digits) * 1024 ** power;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * Writes a size.
 *
 * @param bytes A positive number.
 * @returns The number in the largest unit in which it is whole.
 */
export function formatSize(bytes: number): string {
  let power = 0;
  let left = bytes;
  while (power < UNITS.length && left % 1024 === 0) {
    left /= 1024;
    power++;
  }
  return `${left}${UNITS[power - 1] ?? ""}`;
}
