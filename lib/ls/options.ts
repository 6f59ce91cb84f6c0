/**
 * The command line of `ls`.
 *
 * @module
 */

import { describeOptions } from "../cli/describe_options.ts";
import { UsageError } from "../cli/failure.ts";
import { COMMON, type Given, type OptionSpec } from "../cli/options.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { NAMESPACES } from "../kernel/namespaces.ts";

/** What is enough for it. */
export const PERMISSIONS = "--allow-run=deno";

const TYPES: readonly string[] = NAMESPACES.map(({ type }) => type);

/** The options, as a table. */
export const OPTIONS = {
  type: {
    value: "TYPE",
    short: "t",
    repeat: true,
    help: `only this kind: ${TYPES.join(" ")}; may be repeated`,
    check: (lines) =>
      lines.split("\n").every((type) => TYPES.includes(type))
        ? undefined
        : `the kinds are ${TYPES.join(" ")}`,
  },
  pid: {
    value: "PID",
    short: "p",
    help: "only the namespaces of one process, its threads and open files",
    check: (text) =>
      /^[1-9]\d{0,9}$/.test(text) ? undefined : "a process number is needed",
  },
  ns: {
    value: "NS",
    short: "n",
    help: "who lives in this one, and how to enter it: a number from the " +
      "column NS",
    check: (text) =>
      /^[1-9]\d{0,9}$/.test(text) ? undefined : "a number is needed",
  },
  tree: {
    help: "each namespace below the user namespace that owns it; with " +
      "--type pid, below its parent",
  },
  all: {
    help: "also what only a thread, an open file or a child to come holds, " +
      "which takes longer",
  },
  ...COMMON,
} satisfies Record<string, OptionSpec>;

/** Which go apart. */
const APART = [
  ["json", "tree"],
  ["ns", "tree"],
  ["ns", "type"],
  ["ns", "pid"],
] as const;

/** What was given of them. */
export type LsOptions = Given<keyof typeof OPTIONS>;

/**
 * Makes sure that options go together.
 *
 * @param options What was given.
 * @throws {UsageError} If two do not.
 */
export function checkOptions(options: LsOptions): void {
  for (const [one, other] of APART) {
    if (!options[one] || !options[other]) continue;
    throw new UsageError(`--${one} and --${other} do not go together`);
  }
}

/**
 * What --help prints.
 *
 * @param script `import.meta.url` of the script.
 * @returns Lines of at most 80 columns.
 */
export async function lsHelp(script: string): Promise<string> {
  const { describePath } = await import("../cli/describe_command.ts");
  const path = shellQuote([describePath(script)]);
  return `Usage: deno run -A ${path} [options]

Which namespaces exist on this machine, and who lives in them.
A * marks a namespace that you are not in. Where no process lives in one, the
last column says in brackets what holds it, and where. Without root, only your
own processes can be asked.

Options:
${describeOptions(OPTIONS)}

Instead of -A, this is enough:
  ${PERMISSIONS}
Exit codes: 0 listed, 2 wrong usage, 3 this machine does not allow it (stderr
says why).
Read more: man 7 namespaces, man 8 lsns`;
}
