/**
 * Colour, which only ever repeats what the words already say: the SGR sequences
 * of console_codes(4). They are not taken from the standard library, for to
 * load that from npm takes each start a millisecond.
 *
 * @module
 */

/** Text, and the same text with the style around it. */
export type Style = (text: string) => string;

let enabled = false;

function style(on: number, off: number): Style {
  return (text) => enabled ? `\x1b[${on}m${text}\x1b[${off}m` : text;
}

/** Headings. */
export const bold: Style = style(1, 22);
/** What is less important. */
export const dim: Style = style(2, 22);
/** What went well. */
export const green: Style = style(32, 39);
/** What went wrong. */
export const red: Style = style(31, 39);
/** What is undecided. */
export const yellow: Style = style(33, 39);
/** Commands. */
export const cyan: Style = style(36, 39);

/**
 * Turns colour on for a terminal and off otherwise. NO_COLOR turns it off too
 * (https://no-color.org).
 *
 * @param wanted False where the user said --no-color.
 */
export function setColor(wanted: boolean): void {
  enabled = wanted && !Deno.noColor && Deno.stdout.isTerminal();
}
