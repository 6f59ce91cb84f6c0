/**
 * From a script's work to its exit code: every way to fail becomes one short
 * message on stderr.
 *
 * @module
 */

import { EXIT, Failure, UsageError } from "./cli/failure.ts";
import { printError } from "./cli/output.ts";
import { printable } from "./cli/printable.ts";

/**
 * Runs a script's work.
 *
 * @param name The script's name, which begins each message.
 * @param permissions The options of `deno run` that are enough for it.
 * @param work What to do; it returns the exit code.
 * @returns The exit code; nothing is thrown.
 */
export async function runMain(
  name: string,
  permissions: string,
  work: () => number | Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    // Whoever read our output has seen enough, as in `| head -1`.
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.brokenPipe;
    try {
      const told = await describeError(await explained(error), permissions);
      printError(`${name}: ${told}`);
    } catch {
      // stderr is gone too: the exit code has to say it all.
    }
    return error instanceof UsageError ? EXIT.usage : EXIT.notHere;
  }
}

async function describeError(
  error: unknown,
  permissions: string,
): Promise<string> {
  if (error instanceof UsageError) {
    const { describePath } = await import("./cli/describe_command.ts");
    const { shellQuote } = await import("./cli/shell_quote.ts");
    const script = shellQuote([describePath(Deno.mainModule)]);
    return `${error.message}; try "deno run ${script} --help"`;
  }
  if (error instanceof Failure) return describeFailure(error);
  if (error instanceof Deno.errors.NotCapable) {
    // Deno itself would name the one that is missing now, and then the next.
    const missing = error.message.replace(/, run again .*$/, "");
    return `${missing}; run again with ${permissions}, or with -A`;
  }
  const text = error instanceof Error ? error.stack ?? error.message : error;
  return `Unexpected error, please report it: ${text}`;
}

/** What the kernel says of a place to write to; Deno has no class for these. */
const WRITE_ERRORS: readonly (readonly [number, string, string])[] = [
  [28, "there is no space left on the disk behind it", "df -h; df -i"],
  [30, "it is on a file system that is mounted read-only", "findmnt"],
  [122, "your share of the disk is used up", "quota"],
];

/** Turns an error that has a cause outside of this program into a failure. */
async function explained(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const { message } = error;
  for (const [errno, cause, remedy] of WRITE_ERRORS) {
    if (message.includes(`(os error ${errno})`)) {
      return new Failure("Cannot write", { said: message, cause, remedy });
    }
  }
  if (error instanceof TypeError) {
    const { whyNotLoaded } = await import("./cli/standard_library.ts");
    return whyNotLoaded(error) ?? error;
  }
  if (!(error instanceof Deno.errors.NotFound) || hasProc()) {
    return await notStarted(error);
  }
  const { diagnose } = await import("./diagnosis/diagnose.ts");
  return await diagnose(
    Deno.mainModule,
    { command: ["cat", "/proc/self/status"], said: message },
    "Cannot read /proc",
  );
}

/** Where no program can be started, whatever it is, there is one cause. */
async function notStarted(error: Error): Promise<unknown> {
  const { isNotStarted, whyNotStarted } = await import(
    "./diagnosis/attempt.ts"
  );
  if (!isNotStarted(error)) return error;
  const { diagnose } = await import("./diagnosis/diagnose.ts");
  const said = whyNotStarted(error);
  return await diagnose(
    Deno.mainModule,
    { command: [], said },
    "Cannot start a program",
  );
}

function hasProc(): boolean {
  try {
    return Deno.statSync("/proc/self/status").isFile;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

function describeFailure({ message, detail }: Failure): string {
  const parts = ["tried", "said", "cause", "remedy"] as const;
  return [
    message,
    ...parts.filter((part) => detail[part] !== undefined).map((part) =>
      `  ${`${part}:`.padEnd(8)}${
        detail[part]!.split("\n").map(printable).join(`\n${" ".repeat(10)}`)
      }`
    ),
  ].join("\n");
}
