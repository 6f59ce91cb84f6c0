/**
 * An experiment as text to paste: its unshare command line, or the whole of it
 * in plain shell.
 *
 * @module
 */

import { describeScript } from "../cli/describe_command.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import type { AnyLab, Values } from "./lab.ts";
import { look } from "./look.ts";
import { unshareCommand } from "./unshare.ts";

/**
 * The unshare command line, with this script's --here to run inside.
 *
 * @param lab The experiment.
 * @param values Its own options.
 * @returns One line.
 */
export async function dryRunText(
  lab: AnyLab,
  values: Values<string>,
): Promise<string> {
  const { caller } = await look(lab);
  const unshare = unshareCommand(lab, values, caller);
  return shellQuote([...unshare, ...describeScript(lab.script, unshare)]);
}

/**
 * The same experiment in plain shell.
 *
 * @param lab The experiment.
 * @param values Its own options.
 * @returns Lines for any POSIX shell.
 */
export async function bashText(
  lab: AnyLab,
  values: Values<string>,
): Promise<string> {
  const { caller, view } = await look(lab);
  const unshare = shellQuote(unshareCommand(lab, values, caller));
  return `# ${lab.shows}\n${lab.bash(unshare, values, view)}`;
}
