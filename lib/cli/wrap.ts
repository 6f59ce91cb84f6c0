/**
 * Breaks text into lines.
 *
 * @param text Words.
 * @param width The most characters in a line.
 * @returns The lines; a word that is longer stands alone.
 */
export function wrap(text: string, width: number): string[] {
  return fill(text.split(/\s+/), width);
}

/**
 * Fills lines with words.
 *
 * @param words Words; those with blanks in them stay whole.
 * @param width The most characters in a line.
 * @returns The lines; a word that is longer stands alone.
 */
export function fill(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
