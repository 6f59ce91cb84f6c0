/**
 * Command lines as a person sees them.
 *
 * @module
 */

import { shellQuote } from "./shell_quote.ts";
import { bold } from "./style.ts";
import { fill } from "./wrap.ts";

const INDENT = "    ";
/** With the indent before and the backslash behind, 80. */
const WIDTH = 74;

/**
 * A command line in as many lines as it takes, to be pasted all the same.
 *
 * @param parts Words; each part begins a line.
 * @returns Lines of at most 80 columns, save for what words make longer.
 */
export function commandLines(...parts: readonly (readonly string[])[]): string {
  return parts
    .flatMap((words) => fill(words.map((word) => shellQuote([word])), WIDTH))
    .map(bold).join(` \\\n${INDENT}`);
}
