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
 * @param limit The most rows to show: those in the middle are left out, and
 * counted in their place.
 * @returns Lines without trailing spaces; columns as wide as their longest
 * cell plus 8 spaces.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  limit: number = Infinity,
): string {
  const tail = Math.ceil(limit / 2);
  const cut = rows.length > limit + 1;
  const shown = cut
    ? [...rows.slice(0, limit - tail), ...rows.slice(-tail)]
    : rows;
  const cells = shown.map((row) => row.map(asText));
  const widths = header.map((name, column) =>
    cells.reduce(
      (width, row) => Math.max(width, row[column]!.length),
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
  const lines = cells.map(line);
  if (cut) {
    const left = rows.length - limit;
    lines.splice(limit - tail, 0, dim(`... ${left} more (--all shows them)`));
  }
  return [bold(line(header)), ...lines].join("\n");
}

function asText(cell: string | number): string {
  return typeof cell === "number" ? `${cell}` : printable(cell);
}
