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

function style(name: keyof Styles): Style {
  return (text) => styles?.[name](text) ?? text;
}

/** Headings. */
export const bold: Style = style("bold");
/** What is less important. */
export const dim: Style = style("dim");
/** What went well. */
export const green: Style = style("green");
/** What went wrong. */
export const red: Style = style("red");
/** What is undecided. */
export const yellow: Style = style("yellow");
/** Commands. */
export const cyan: Style = style("cyan");

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
