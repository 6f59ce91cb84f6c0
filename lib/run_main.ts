/**
 * From a script's work to its exit code: every way to fail becomes one short
 * message on stderr.
 *
 * @module
 */

import { EXIT, Failure, UsageError } from "./failure.ts";
import { printError } from "./output.ts";

/**
 * Runs a script's work.
 *
 * @param name The script's name, which begins each message.
 * @param work What to do; it returns the exit code.
 * @returns The exit code; nothing is thrown.
 */
export async function runMain(
  name: string,
  work: () => number | Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    // Whoever read our output has seen enough, as in `| head -1`.
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.brokenPipe;
    try {
      printError(`${name}: ${describeError(name, error)}`);
    } catch {
      // stderr is gone too: the exit code has to say it all.
    }
    return error instanceof UsageError ? EXIT.usage : EXIT.notHere;
  }
}

function describeError(name: string, error: unknown): string {
  if (error instanceof UsageError) {
    return `${error.message}; try "deno run scripts/${name}.ts --help"`;
  }
  if (error instanceof Failure) return describeFailure(error);
  if (error instanceof Deno.errors.NotCapable) {
    return `${error.message}, or with -A`;
  }
  // ENOSPC has no class: a full disk behind stdout.
  if (error instanceof Error && error.message.includes("(os error 28)")) {
    return "Cannot write the result: No space left on device";
  }
  const text = error instanceof Error ? error.stack ?? error.message : error;
  return `Unexpected error, please report it: ${text}`;
}

function describeFailure({ message, detail }: Failure): string {
  const parts = ["tried", "said", "cause", "remedy"] as const;
  return [
    message,
    ...parts.filter((part) => detail[part] !== undefined).map((part) =>
      `  ${`${part}:`.padEnd(8)}${
        detail[part]!.replaceAll("\n", `\n${" ".repeat(10)}`)
      }`
    ),
  ].join("\n");
}
