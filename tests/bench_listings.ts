/**
 * Listing processes and namespaces while there are more and more of them.
 *
 * @module
 */

import { printError } from "../lib/cli/output.ts";
import { Crowd } from "./bench_crowd.ts";
import { measureMemory, measureTimes, type Summary } from "./bench_measure.ts";
import { compare, perProcess, type Section } from "./bench_report.ts";
import { EMPTY } from "./bench_starts.ts";
import { scriptCommand } from "./harness.ts";

/** How many processes there are to list. */
const SIZES = [500, 2000, 8000] as const;
const [FEW, MANY, MOST] = SIZES;

/** Who is compared with whom, and how many times that it may take at most. */
const PAIRS = [
  { other: "ps", ours: "pid --here", most: 0.35 },
  { other: "lsns", ours: "ls", most: 0.15 },
] as const;

const OURS: readonly string[] = PAIRS.map(({ ours }) => ours);

const COMMANDS = {
  "ps": ["ps", "-e", "-o", "pid,comm"],
  "pid --here": scriptCommand("pid", ["--here"]),
  "lsns": ["lsns"],
  "ls": scriptCommand("ls"),
};

/** The most megabytes above an empty script with the most processes. */
const MEMORY = 15;

// Each process more costs as much as the one before. If it cost more the more
// there are, so that the time were quadratic, this ratio would be 4.
const LINEAR = 1.5;

/** Memory hardly varies. */
const MEMORY_RUNS = 5;

/**
 * Measures how listing goes.
 *
 * @param empty How to run an empty script.
 * @param runs How often each command runs.
 * @returns A section for each number of processes, and one for the growth.
 */
export async function measureListings(
  empty: string[],
  runs: number,
): Promise<Section[]> {
  const sections: Section[] = [];
  const times = new Map<number, Record<string, Summary>>();
  await using crowd = new Crowd();
  for (const size of SIZES) {
    printError(`bench: Listing ${size} processes`);
    await crowd.growTo(size);
    const time = await measureTimes(COMMANDS, runs);
    const memory = await measureMemory(
      { [EMPTY]: empty, ...COMMANDS },
      Math.min(runs, MEMORY_RUNS),
    );
    times.set(size, time);
    sections.push(timeSection(size, time), memorySection(size, memory));
  }
  return [...sections, growthSection(times)];
}

function timeSection(size: number, time: Record<string, Summary>): Section {
  return {
    title: `${size} PROCESSES in ms, and how many times the line above that is`,
    rows: PAIRS.flatMap(({ other, ours, most }) => [
      compare(other, time[other]!),
      compare(
        ours,
        time[ours]!,
        time[other]!,
        size === MOST ? { times: most } : undefined,
      ),
    ]),
  };
}

function memorySection(size: number, memory: Record<string, Summary>): Section {
  const target = size === MOST ? { more: MEMORY } : undefined;
  return {
    title: `${size} PROCESSES, peak memory in MB, against an empty script`,
    rows: Object.entries(memory).map(([what, summary]) =>
      compare(
        what,
        summary,
        memory[EMPTY],
        OURS.includes(what) ? target : undefined,
      )
    ),
  };
}

function growthSection(times: Map<number, Record<string, Summary>>): Section {
  const cost = (what: string, fewer: number, more: number) =>
    perProcess(times.get(fewer)![what]!, times.get(more)![what]!, more - fewer);
  return {
    title: "GROWTH in \u00b5s for each process more, and how many times that " +
      "grows",
    rows: Object.keys(COMMANDS).flatMap((what) => {
      const first = cost(what, FEW, MANY);
      return [
        compare(`${what}, ${FEW} to ${MANY}`, first),
        compare(
          `${what}, ${MANY} to ${MOST}`,
          cost(what, MANY, MOST),
          first,
          OURS.includes(what) ? { times: LINEAR } : undefined,
        ),
      ];
    }),
  };
}
