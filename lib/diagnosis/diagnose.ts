/**
 * From a failure to its cause and its remedy. A cause that is not in the table
 * is unknown, and said to be: nothing here guesses.
 *
 * @module
 */

import { denoCommand } from "../cli/deno_command.ts";
import { type Cause, Failure } from "../cli/failure.ts";
import { hasAll } from "../cli/permissions.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { type Attempt, isNotStarted } from "./attempt.ts";
import { Case, unshareOptions } from "./case.ts";
import { type CauseRow, CAUSES } from "./causes.ts";
import { ANYWHERE, type Facts, gatherFacts } from "./facts.ts";

/** More than the first lines is a usage text. */
const LINES = 3;

/**
 * Finds the row of the table that applies.
 *
 * @param failed The failure.
 * @returns The row; undefined if the cause is unknown.
 */
export function findCause(failed: Case): CauseRow | undefined {
  return CAUSES.find((row) => row.applies(failed));
}

/**
 * Explains a failure.
 *
 * @param facts What is known of the machine.
 * @param attempt What was tried, and what came of it.
 * @returns Cause and remedy.
 */
export function explainFailure(facts: Facts, attempt: Attempt): Cause {
  const failed = new Case(facts, attempt);
  const row = findCause(failed);
  const { command, said, signal } = attempt;
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return {
    // In the end it may have been any program.
    ...command.length === 0 ? {} : { tried: shellQuote(command) },
    said: [
      ...lines.slice(0, LINES),
      ...lines.length > LINES ? ["..."] : [],
    ].join("\n") || `(nothing${signal === undefined ? "" : `: ${signal}`})`,
    ...row === undefined ? { cause: `unknown${ladder(failed)}` } : {
      cause: row.cause(failed),
      remedy: row.remedy(failed),
    },
  };
}

/** How far it goes here: a clue for whoever is asked, and no more than that. */
function ladder({ asked, facts: { rungs } }: Case): string {
  if (asked.length === 0 || rungs.length === 0) return "";
  const rung = rungs.find(({ said }) => said !== null);
  return rung === undefined
    ? "; each of its namespaces can be created alone"
    : `; "unshare ${rung.flags.join(" ")}" fails already`;
}

/**
 * Looks at the machine, and explains a failure on it.
 *
 * @param script `import.meta.url` of the script that failed. A process that may
 * not read /proc has a child run it once more, with --facts, to do so.
 * @param attempt What was tried, and what came of it.
 * @param message What could not be done.
 * @returns The failure, to throw.
 */
export async function diagnose(
  script: string,
  attempt: Attempt,
  message: string = "Cannot create the namespaces",
): Promise<Failure> {
  const facts = await factsFor(script, unshareOptions(attempt.command));
  return new Failure(
    message,
    facts === undefined
      ? { ...bare(attempt), cause: "unknown: no look at /proc was possible" }
      : explainFailure(facts, attempt),
  );
}

function bare({ command, said }: Attempt): Omit<Cause, "cause"> {
  return { tried: shellQuote(command), said };
}

async function factsFor(
  script: string,
  tried: string[],
): Promise<Facts | undefined> {
  if (hasAll()) return await gatherFacts(tried);
  const [program, ...args] = denoCommand(script, [
    `--facts=${JSON.stringify(tried)}`,
  ]);
  try {
    const { success, stdout } = await new Deno.Command(program!, {
      ...ANYWHERE,
      args,
    }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch (error) {
    if (isNotStarted(error)) return undefined;
    throw error;
  }
}
