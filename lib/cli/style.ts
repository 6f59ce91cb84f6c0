/**
 * Colour, which only ever repeats what the words already say. This is where the
 * standard library's colours, which arrive untyped from npm, get their types;
 * they are loaded only where they show.
 *
 * @module
 */

/** Text, and the same text with the style around it. */
export type Style = (text: string) => string;

/** The styles there are. */
type Styles = Record<
  "bold" | "dim" | "green" | "red" | "yellow" | "cyan",
  Style
>;

let styles: Styles | undefined;

/** Headings. */
export const bold: Style = (text) => styles?.bold(text) ?? text;
/** What is less important. */
export const dim: Style = (text) => styles?.dim(text) ?? text;
/** What went well. */
export const green: Style = (text) => styles?.green(text) ?? text;
/** What went wrong. */
export const red: Style = (text) => styles?.red(text) ?? text;
/** What is undecided. */
export const yellow: Style = (text) => styles?.yellow(text) ?? text;
/** Commands. */
export const cyan: Style = (text) => styles?.cyan(text) ?? text;

/**
 * Turns colour on for a terminal; it is off otherwise, and with NO_COLOR
 * (https://no-color.org).
 *
 * @param wanted False where the user said --no-color.
 */
export async function setColor(wanted: boolean): Promise<void> {
  if (!wanted || Deno.noColor || !Deno.stdout.isTerminal()) return;
  styles = await import("@std/fmt/colors");
}
