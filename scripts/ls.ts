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

import { EXIT } from "../lib/cli/failure.ts";
import { parseOptions } from "../lib/cli/options.ts";
import { print, printError } from "../lib/cli/output.ts";
import { hasAll, isGranted } from "../lib/cli/permissions.ts";
import { printableJson } from "../lib/cli/printable.ts";
import { setColor } from "../lib/cli/style.ts";
import { version } from "../lib/cli/version.ts";
import { openLibc } from "../lib/kernel/libc.ts";
import type { NamespaceType } from "../lib/kernel/namespaces.ts";
import { describeMembers, findMembers } from "../lib/ls/members.ts";
import {
  checkOptions,
  lsHelp,
  type LsOptions,
  OPTIONS,
  PERMISSIONS,
} from "../lib/ls/options.ts";
import { survey, type Wanted } from "../lib/ls/survey.ts";
import { namespaceTable } from "../lib/ls/table.ts";
import { runMain } from "../lib/run_main.ts";

/**
 * Lists namespaces.
 *
 * @param args The command line.
 * @returns The exit code.
 */
export function main(args: readonly string[]): Promise<number> {
  return runMain("ls", PERMISSIONS, async () => {
    const { options } = await parseOptions(OPTIONS, args);
    checkOptions(options);
    await setColor(!options["no-color"]);
    if (options.help) print(await lsHelp(import.meta.url));
    else if (options.version) print(`ls (nslab) ${version}`);
    else if (!hasAll()) {
      const { runWithAll } = await import("../lib/cli/run_with_all.ts");
      return await runWithAll(import.meta.url, args);
    } else list(options);
    return EXIT.ok;
  });
}

function list(options: LsOptions): void {
  const libc = isGranted({ name: "ffi" }) ? openLibc() : undefined;
  const { type, pid, ns } = options;
  if (ns) {
    const members = findMembers(Number(ns), libc);
    if (options.json) print(printableJson(members.tenants, 2));
    else print(describeMembers(members, terminalWidth().width));
    return;
  }
  const wanted: Wanted = { all: options.all === true };
  if (type) wanted.types = (type as string).split("\n") as NamespaceType[];
  if (pid) wanted.pid = Number(pid);

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
