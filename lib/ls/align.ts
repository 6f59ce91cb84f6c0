/**
 * Columns as lsns(8) sets them: close together, numbers to the right.
 *
 * @module
 */

/**
 * Sets cells in columns.
 *
 * @param cells Rows, each with as many cells as there are columns; safe to show.
 * @param rights Which columns stand to the right.
 * @param width The most characters in a line.
 * @returns A line for each row, without trailing spaces.
 */
export function align(
  cells: readonly (readonly string[])[],
  rights: readonly (boolean | undefined)[],
  width: number,
): string[] {
  const widths = rights.map((_, column) =>
    cells.reduce((most, row) => Math.max(most, row[column]!.length), 0)
  );
  return cells.map((row) => {
    const line = row.map((cell, column) =>
      rights[column]
        ? cell.padStart(widths[column]!)
        : cell.padEnd(widths[column]!)
    ).join(" ");
    return cut(line, width).trimEnd();
  });
}

function cut(line: string, width: number): string {
  if (line.length <= width) return line;
  // By characters, so that none is cut in two.
  return Array.from(line).slice(0, width).join("");
}
