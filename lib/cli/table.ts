/**
 * Plain tables, as a person reads them on a projector.
 *
 * @module
 */

import { printable } from "./printable.ts";
import { bold, dim } from "./style.ts";

const GAP = " ".repeat(8);

/**
 * Formats rows under a header; every cell is made safe to show.
 *
 * @param header The names of the columns.
 * @param rows The cells, as many a row as there are columns.
 * @param limit How many rows to show of a table more than twice as long: those
 * in the middle are left out, and counted in their place.
 * @param telling Whether to show a row, by its index, wherever it is.
 * @returns Lines without trailing spaces; columns as wide as their longest
 * cell plus 8 spaces.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  limit: number = Infinity,
  telling: (at: number) => boolean = () => false,
): string {
  const parts = shorten(rows, limit, telling);
  const cells = parts.map((part) =>
    typeof part === "number" ? part : part.map(asText)
  );
  const widths = header.map((name, column) =>
    cells.reduce<number>(
      (width, row) =>
        typeof row === "number" ? width : Math.max(width, row[column]!.length),
      name.length,
    )
  );
  const last = header.length - 1;
  const line = (row: readonly string[]): string => {
    let text = "";
    for (let column = 0; column < last; column++) {
      text += row[column]!.padEnd(widths[column]!) + GAP;
    }
    return (text + row[last]!).trimEnd();
  };
  return [
    bold(line(header)),
    ...cells.map((row) =>
      typeof row === "number"
        ? dim(`... ${row} more (--all shows them)`)
        : line(row)
    ),
  ].join("\n");
}

/** The rows to show, and in the place of others how many there are. */
function shorten<Row>(
  rows: readonly Row[],
  limit: number,
  telling: (at: number) => boolean,
): readonly (Row | number)[] {
  // What is only somewhat longer is sooner read than missed.
  if (rows.length <= 2 * limit) return rows;
  const tail = Math.ceil(limit / 2);
  const shown = (at: number) =>
    at < limit - tail || at >= rows.length - tail || telling(at);
  const parts: (Row | number)[] = [];
  for (const [at, row] of rows.entries()) {
    const before = parts.at(-1);
    // A line that says "1 more" would be as long as the row.
    if (shown(at) || (shown(at - 1) && shown(at + 1))) parts.push(row);
    else if (typeof before === "number") parts[parts.length - 1] = before + 1;
    else parts.push(1);
  }
  return parts;
}

function asText(cell: string | number): string {
  return typeof cell === "number" ? `${cell}` : printable(cell);
}
