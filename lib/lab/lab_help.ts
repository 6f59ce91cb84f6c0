/**
 * The help text of a lab.
 *
 * @module
 */

import { describePath } from "../cli/describe_command.ts";
import { describeOptions } from "../cli/describe_options.ts";
import type { OptionSpecs } from "../cli/options.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { NAMESPACES } from "../kernel/namespaces.ts";
import { type AnyLab, permissionsOf } from "./lab.ts";

/**
 * What --help prints.
 *
 * @param lab The experiment.
 * @param options All its options.
 * @returns Lines of at most 80 columns.
 */
export function labHelp(lab: AnyLab, options: OptionSpecs): string {
  const kind = NAMESPACES.find((kind) => kind.lab === lab.name);
  const read = kind === undefined ? [7, "namespaces"] : manPage(kind.man);
  const path = shellQuote([describePath(lab.script)]);
  const usage = `deno run -A ${path} [options]`;
  const [command, runs] = lab.runsCommands
    ? [
      `\n       ${usage} -- CMD ARGS...`,
      `
With a command: runs it inside, and passes on its exit code, its stdin, stdout
and stderr, and signals.`,
    ]
    : ["", ""];
  return `Usage: ${usage}${command}

${lab.shows}.
Without options: looks outside, inside a new namespace, and outside again, and
says which claims hold on this kernel. The host is never changed.${runs}

Options:
${describeOptions(options)}

Instead of -A, this is enough:
  ${permissionsOf(lab)}
Exit codes: 0 every claim holds or is inconclusive, 1 a claim failed, 2 wrong
usage, 3 this machine does not allow the experiment (stderr says why).
Read more: man ${read.join(" ")}, man 1 unshare`;
}

function manPage(page: string): string[] {
  const [, name, section] = /^(.*)\((.*)\)$/.exec(page)!;
  return [section!, name!];
}
