/**
 * Measurements side by side, and the targets that they are held against.
 *
 * @module
 */

import { bold, green, red } from "../lib/cli/style.ts";
import type { Summary } from "./bench_measure.ts";

/** What a row is held against. */
export type Target =
  /** At most so many times the base. */
  | { times: number }
  /** At most so much more than the base. */
  | { more: number };

/** One row. */
export interface Row {
  /** What was measured. */
  what: string;
  /** The figures; of a growth there is only the middle one. */
  summary: Partial<Summary> & Pick<Summary, "median">;
  /** How many times the base its median is. */
  ratio?: number;
  /** What it is held against, and whether it is within. */
  target?: Target & { met: boolean };
}

/** Rows of one kind. */
export interface Section {
  /** What was measured, in which unit, and what the ratio is to. */
  title: string;
  /** The rows. */
  rows: Row[];
}

/**
 * Makes a row.
 *
 * @param what What was measured.
 * @param summary The figures.
 * @param base What it is compared with; nothing if left out.
 * @param target What it is held against.
 * @returns The row.
 */
export function compare(
  what: string,
  summary: Row["summary"],
  base?: Row["summary"],
  target?: Target,
): Row {
  if (base === undefined) return { what, summary };
  const ratio = summary.median / base.median;
  if (target === undefined) return { what, summary, ratio };
  const met = "times" in target
    ? ratio <= target.times
    : summary.median - base.median <= target.more;
  return { what, summary, ratio, target: { ...target, met } };
}

/**
 * What each process more costs.
 *
 * @param fewer The figures with fewer processes.
 * @param more The figures with more.
 * @param processes How many more those were.
 * @returns The figures in a thousandth of their unit.
 */
export function perProcess(
  fewer: Summary,
  more: Summary,
  processes: number,
): Row["summary"] {
  return { median: (more.median - fewer.median) / processes * 1000 };
}

const WHAT = 30;
const FIGURE = 8;

/**
 * Formats sections.
 *
 * @param sections What was measured.
 * @returns Lines of at most 80 columns.
 */
export function benchTable(sections: readonly Section[]): string {
  return sections.map(({ title, rows }) =>
    [
      bold(title),
      line("", ["MEDIAN", "MIN", "MAX", "RATIO"], "TARGET"),
      ...rows.map(({ what, summary: { median, min, max }, ratio, target }) =>
        line(
          what,
          [...[median, min, max].map(figure), ratio?.toFixed(2) ?? ""],
          target === undefined ? "" : describeTarget(target),
        )
      ),
    ].join("\n")
  ).join("\n\n");
}

function line(
  what: string,
  figures: readonly string[],
  target: string,
): string {
  const columns = figures.map((text) => text.padStart(FIGURE)).join("");
  return `${what.padEnd(WHAT)}${columns}  ${target}`.trimEnd();
}

function figure(value?: number): string {
  return value?.toFixed(1) ?? "";
}

function describeTarget(target: Target & { met: boolean }): string {
  const limit = "times" in target
    ? target.times.toFixed(2)
    : `+${target.more.toFixed(0)}`;
  return `${limit} ${target.met ? green("met") : red("missed")}`;
}
