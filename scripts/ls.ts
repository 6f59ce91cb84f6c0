/**
 * Which namespaces exist on this machine, and who lives in them: what lsns(8)
 * lists, marked where it is not your own, and what it does not list.
 *
 * Run it: deno run -A scripts/ls.ts
 *     or: deno run --allow-run=deno scripts/ls.ts   (it runs itself with -A)
 *
 * Everything below /proc needs -A in Deno, and so does asking the kernel who
 * owns a namespace, through FFI. It only looks.
 * Read: man 7 namespaces, man 2 ioctl_ns, man 8 lsns
 */

import { describeOptions } from "../lib/cli/describe_options.ts";
import { EXIT, UsageError } from "../lib/cli/failure.ts";
import {
  type Given,
  type OptionSpec,
  parseOptions,
} from "../lib/cli/options.ts";
import { print, printError } from "../lib/cli/output.ts";
import { hasAll, isGranted } from "../lib/cli/permissions.ts";
import { printableJson } from "../lib/cli/printable.ts";
import { setColor } from "../lib/cli/style.ts";
import { version } from "../lib/cli/version.ts";
import { openLibc } from "../lib/kernel/libc.ts";
import { NAMESPACES, type NamespaceType } from "../lib/kernel/namespaces.ts";
import { survey, type Wanted } from "../lib/ls/survey.ts";
import { namespaceTable } from "../lib/ls/table.ts";
import { runMain } from "../lib/run_main.ts";

const PERMISSIONS = "--allow-run=deno";
const TYPES: readonly string[] = NAMESPACES.map(({ type }) => type);

const OPTIONS = {
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
  tree: {
    help: "each namespace below the user namespace that owns it; with " +
      "--type pid, below its parent",
  },
  all: {
    help: "also what only a thread, an open file or a child to come holds, " +
      "which takes longer",
  },
  json: { help: "one JSON document on stdout" },
  "no-color": { help: "no colour, as with NO_COLOR or without a terminal" },
  help: { short: "h", help: "print this help and stop" },
  version: { short: "V", help: "print the version and stop" },
} satisfies Record<string, OptionSpec>;

async function help(): Promise<string> {
  const { describePath } = await import("../lib/cli/describe_command.ts");
  const { shellQuote } = await import("../lib/cli/shell_quote.ts");
  const path = shellQuote([describePath(import.meta.url)]);
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

/**
 * Lists namespaces.
 *
 * @param args The command line.
 * @returns The exit code.
 */
export function main(args: readonly string[]): Promise<number> {
  return runMain("ls", PERMISSIONS, async () => {
    const { options } = await parseOptions(OPTIONS, args);
    if (options.json && options.tree) {
      throw new UsageError("--json and --tree do not go together");
    }
    await setColor(!options["no-color"]);
    if (options.help) print(await help());
    else if (options.version) print(`ls (nslab) ${version}`);
    else if (!hasAll()) {
      const { runWithAll } = await import("../lib/cli/run_with_all.ts");
      return await runWithAll(import.meta.url, args);
    } else list(options);
    return EXIT.ok;
  });
}

function list(options: Given<keyof typeof OPTIONS>): void {
  const wanted: Wanted = { all: options.all === true };
  const { type, pid } = options;
  if (type) wanted.types = (type as string).split("\n") as NamespaceType[];
  if (pid) wanted.pid = Number(pid);

  const libc = isGranted({ name: "ffi" }) ? openLibc() : undefined;
  const { rows, notes } = survey(wanted, libc);
  if (options.json) print(printableJson(rows, 2));
  else {
    const tree = options.tree === true && libc !== undefined;
    print(namespaceTable(rows, { tree, ...terminalWidth() }));
  }
  for (const note of notes) printError(`ls: ${note}`);
}

/** Lines are cut on a terminal, and nowhere else. */
function terminalWidth(): { width?: number } {
  if (!Deno.stdout.isTerminal()) return {};
  const { columns } = Deno.consoleSize();
  return columns > 0 ? { width: columns } : {};
}

if (import.meta.main) Deno.exit(await main(Deno.args));
