/**
 * Options as a help text shows them.
 *
 * @module
 */

import type { OptionSpecs } from "./options.ts";
import { wrap } from "./wrap.ts";

/**
 * The options part of a help text.
 *
 * @param specs The options there are.
 * @returns Lines of at most 80 columns.
 */
export function describeOptions(specs: OptionSpecs): string {
  const rows = Object.entries(specs).filter(([, { help }]) => help);
  const left = rows.map(([name, { short, value, optional }]) => {
    const argument = value === undefined
      ? ""
      : optional
      ? `[=${value}]`
      : ` ${value}`;
    return `${short ? `-${short}, ` : "    "}--${name}${argument}`;
  });
  const width = Math.max(...left.map((text) => text.length)) + 2;
  return rows.map(([, { help }], row) => {
    const lines = wrap(help!, 78 - width);
    return lines.map((text, at) =>
      `  ${(at === 0 ? left[row]! : "").padEnd(width)}${text}`
    ).join("\n");
  }).join("\n");
}
