/**
 * Colour, which only ever repeats what the words already say. This is where the
 * standard library's colours, which arrive untyped from npm, get their types.
 *
 * @module
 */

import * as colors from "@std/fmt/colors";

/** Text, and the same text with the style around it. */
export type Style = (text: string) => string;

/** Headings. */
export const bold: Style = colors.bold;
/** What is less important. */
export const dim: Style = colors.dim;
/** What went well. */
export const green: Style = colors.green;
/** What went wrong. */
export const red: Style = colors.red;
/** What is undecided. */
export const yellow: Style = colors.yellow;
/** Commands. */
export const cyan: Style = colors.cyan;

/**
 * Turns colour on for a terminal and off otherwise. NO_COLOR turns it off too
 * (https://no-color.org).
 *
 * @param wanted False where the user said --no-color.
 */
export function setColor(wanted: boolean): void {
  colors.setColorEnabled(
    wanted && !Deno.noColor && Deno.stdout.isTerminal(),
  );
}
