/**
 * Command lines as text.
 *
 * @module
 */

/**
 * A command line to paste into a POSIX shell.
 *
 * @param words Program and arguments.
 * @returns The words, quoted where they need it.
 */
export function shellQuote(words: readonly string[]): string {
  return words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
  ).join(" ");
}
