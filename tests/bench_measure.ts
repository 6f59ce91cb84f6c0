/**
 * Measuring commands against each other. They take turns, so that whatever else
 * the machine does hits all of them alike, and the median of many runs is what
 * counts: one run says nothing.
 *
 * @module
 */

import { Failure } from "../lib/cli/failure.ts";
import { shellQuote } from "../lib/cli/shell_quote.ts";

/** What many measurements come to. */
export interface Summary {
  /** The middle one. */
  median: number;
  /** The least. */
  min: number;
  /** The most. */
  max: number;
}

/**
 * Sums up measurements.
 *
 * @param values At least one number.
 * @returns Median, minimum and maximum.
 * @throws {RangeError} If there is none.
 */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError("There is nothing to sum up");
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const below = sorted[Math.ceil(half) - 1]!;
  const above = sorted[Math.floor(half)]!;
  return {
    median: (below + above) / 2,
    min: sorted[0]!,
    max: sorted.at(-1)!,
  };
}

/** Programs with their arguments, by what they are called in a report. */
export type Commands = Readonly<Record<string, readonly string[]>>;

/**
 * How long commands take from start to end.
 *
 * @param commands The commands.
 * @param runs How often each runs.
 * @returns Milliseconds for each.
 * @throws {Failure} If one fails.
 */
export function measureTimes(
  commands: Commands,
  runs: number,
): Promise<Record<string, Summary>> {
  return takeTurns(commands, runs, (command) => {
    const [program, ...args] = command;
    const start = performance.now();
    const output = new Deno.Command(program!, {
      args,
      stdin: "null",
      stdout: "null",
    }).outputSync();
    const time = performance.now() - start;
    requireSuccess(command, output);
    return time;
  });
}

/**
 * How much memory commands take at most, without their children: the high-water
 * mark of what is resident, VmHWM of proc_pid_status(5). It never falls, so the
 * last look before the end is the answer. The looks cost time, so these runs
 * are not timed.
 *
 * @param commands The commands.
 * @param runs How often each runs.
 * @returns Megabytes for each.
 * @throws {Failure} If one fails.
 */
export function measureMemory(
  commands: Commands,
  runs: number,
): Promise<Record<string, Summary>> {
  return takeTurns(commands, runs, async (command) => {
    const [program, ...args] = command;
    const child = new Deno.Command(program!, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let most = 0;
    for (let now; (now = readPeak(child.pid)) !== undefined;) most = now;
    requireSuccess(command, await child.output());
    return most;
  });
}

/** Each command runs twice before it counts: the first time Deno compiles. */
async function takeTurns(
  commands: Commands,
  runs: number,
  measure: (command: readonly string[]) => number | Promise<number>,
): Promise<Record<string, Summary>> {
  const all = Object.entries(commands)
    .map(([name, command]) => ({ name, command, values: [] as number[] }));
  for (let turn = -2; turn < runs; turn++) {
    for (const { command, values } of all) {
      const value = await measure(command);
      if (turn >= 0) values.push(value);
    }
  }
  return Object.fromEntries(
    all.map(({ name, values }) => [name, summarize(values)]),
  );
}

/** Undefined once the process has ended: then it has no memory any more. */
function readPeak(pid: number): number | undefined {
  const text = Deno.readTextFileSync(`/proc/${pid}/status`);
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024 / 1e6;
}

function requireSuccess(
  command: readonly string[],
  { success, stderr }: Deno.CommandOutput,
): void {
  if (success) return;
  throw new Failure("Cannot measure a command that fails", {
    tried: shellQuote(command),
    said: new TextDecoder().decode(stderr).trim(),
    cause: "it ended with another exit code than 0",
  });
}
