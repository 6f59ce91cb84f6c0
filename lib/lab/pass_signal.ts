/**
 * From a signal that reached the launcher to the command inside. unshare stays
 * deaf to it, and so does a pid 1 without a handler, for the kernel protects
 * that: pid_namespaces(7). So it is sent from outside, to the child of pid 1.
 *
 * @module
 */

import { denoCommand } from "../cli/deno_command.ts";
import { hasAll } from "../cli/permissions.ts";
import { readCommand } from "../kernel/command.ts";
import { firstChild, inProc } from "../kernel/find_child.ts";
import { isGone } from "../kernel/proc_error.ts";
import { readStatus } from "../kernel/status.ts";
import { errandArgument } from "./errand.ts";
import type { AnyLab } from "./lab.ts";

/** A signal on its way. */
export interface Passing {
  /** The unshare process, as its parent numbers it. */
  unshare: number;
  /** The signal. */
  signal: Deno.Signal;
}

/**
 * What pid 1 is while the command runs: a sh that waits for it, that outlives
 * Ctrl-C, and that has nothing to say of the command's end.
 */
export const INIT =
  'trap : INT QUIT; exec 3>&2 2>/dev/null; (exec "$@") 2>&3 3>&-; exit $?';

/**
 * Sends a signal to the command inside.
 *
 * @param passing Which signal, and where.
 * @returns False if the command does not run yet or any more.
 */
export function passSignalHere({ unshare, signal }: Passing): boolean {
  try {
    const init = firstChild(inProc(unshare));
    if (init === undefined) return false;
    if (!readCommand(init).startsWith(`sh -c ${INIT} `)) return false;
    const command = firstChild(init);
    if (command === undefined) return false;
    Deno.kill(ownNumber(command), signal);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** /proc may have the numbers of an outer pid namespace, and kill(2) has ours. */
function ownNumber(pid: number): number {
  const depth = readStatus().nsPid.length;
  return readStatus(pid).nsPid[depth - 1]!;
}

/**
 * Sends a signal to the command inside, or has a child of ours send it where
 * this process may not read /proc.
 *
 * @param lab The experiment.
 * @param passing Which signal, and where.
 * @returns False if the command does not run yet or any more.
 */
export async function passSignal(
  lab: AnyLab,
  passing: Passing,
): Promise<boolean> {
  if (hasAll()) return passSignalHere(passing);
  const [program, ...args] = denoCommand(lab.script, [
    errandArgument("pass", passing),
  ]);
  const { stdout } = await new Deno.Command(program!, { args }).output();
  return new TextDecoder().decode(stdout).trim() === "true";
}
