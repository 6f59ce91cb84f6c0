/**
 * Namespaces as a table, or as the tree of which is in which.
 *
 * @module
 */

import { printable } from "../cli/printable.ts";
import { bold } from "../cli/style.ts";
import { align } from "./align.ts";
import type { Row } from "./rows.ts";

/** The sign in front of a namespace that the one who asks is not in. */
const OTHER = "*";

interface Column {
  name: string;
  right?: boolean;
  cell(row: Row): string | number | null;
}

const BEFORE: Column[] = [
  { name: "TYPE", cell: ({ type }) => type },
  { name: "NPROCS", right: true, cell: ({ processes }) => processes },
  { name: "PID", right: true, cell: ({ pid }) => pid },
  { name: "USER", cell: ({ user }) => user },
];
const OWNER: Column = {
  name: "OWNER",
  right: true,
  cell: ({ owner }) => owner,
};
const PARENT: Column = {
  name: "PARENT",
  right: true,
  cell: ({ parent }) => parent,
};
const COMMAND: Column = {
  name: "COMMAND",
  cell: ({ command, heldBy: [first] }) =>
    command ?? (first ? `[${first.by}] ${first.at}` : null),
};

/** How to show a table. */
export interface Style {
  /** Each below its owner; below its parent where the owner is not shown. */
  tree?: boolean;
  /** The most characters in a line. */
  width?: number;
}

/**
 * Formats namespaces: the columns of lsns(8), one for the owner where owners
 * differ, and one for the parent in a tree, or where each may have one.
 *
 * @param rows The namespaces, by id.
 * @param style How to show them.
 * @returns Lines, safe to show.
 */
export function namespaceTable(rows: Row[], style: Style = {}): string {
  const { tree = false, width = Infinity } = style;
  const lines = tree ? asTree(rows) : rows.map((row) => ({ row, stem: "" }));
  // User and pid namespaces alone have parents.
  const nested = rows.some(({ parent }) => parent !== null) &&
    (tree || rows.every(({ type }) => type === "user" || type === "pid"));
  const owners = new Set(rows.flatMap(({ owner }) => owner ?? []));
  const columns = [
    ...BEFORE,
    ...nested || owners.size > 1 ? [OWNER] : [],
    ...nested ? [PARENT] : [],
    COMMAND,
  ];
  const cells = [
    [" ", "NS", ...columns.map(({ name }) => name)],
    ...lines.map(({ row, stem }) => [
      row.own ? " " : OTHER,
      `${stem}${row.id}`,
      ...columns.map(({ cell }) => printable(`${cell(row) ?? "-"}`)),
    ]),
  ];
  const rights = [false, !tree, ...columns.map(({ right }) => right)];
  return align(cells, rights, width).map((line, at) =>
    at === 0 || cells[at]![0] === OTHER ? bold(line) : line
  ).join("\n");
}

/**
 * Rows in the order of the tree: user namespaces own the others, and each
 * other. Where the owner is not among them, as in a tree of pid namespaces
 * alone, they are nested as their numbers are.
 */
function asTree(rows: Row[]): { row: Row; stem: string }[] {
  const ids = new Set<number | null>(rows.map(({ id }) => id));
  const below = Map.groupBy(
    rows,
    ({ owner, parent }) => [owner, parent].find((id) => ids.has(id)) ?? null,
  );
  const grow = (id: number, indent: string): { row: Row; stem: string }[] => {
    const children = below.get(id) ?? [];
    return children.flatMap((row, at) => {
      const last = at === children.length - 1;
      return [
        { row, stem: `${indent}${last ? "└─" : "├─"}` },
        ...grow(row.id, `${indent}${last ? "  " : "│ "}`),
      ];
    });
  };
  return (below.get(null) ?? []).flatMap((row) => [
    { row, stem: "" },
    ...grow(row.id, ""),
  ]);
}
