/**
 * The unshare(1) command line of an experiment.
 *
 * @module
 */

import type { Caller } from "../kernel/caller.ts";
import { namespacesOf } from "../kernel/namespaces.ts";
import type { AnyLab, Values } from "./lab.ts";

/**
 * What to put before the command that is to run inside.
 *
 * @param lab The experiment.
 * @param values Its own options.
 * @param caller Who runs it. Without privilege a user namespace is added, in
 * which it has the capabilities that the other namespaces take.
 * @returns `unshare` and its options. --kill-child is always among them: the
 * inside never outlives unshare, which itself blocks SIGTERM while it waits.
 */
export function unshareCommand(
  lab: AnyLab,
  values: Values<string>,
  caller: Caller,
): string[] {
  const flags = lab.flags(values, caller);
  const user = addsUser(flags, caller) ? ["--user", "--map-root-user"] : [];
  return ["unshare", ...user, ...flags, "--kill-child"];
}

/**
 * Whether a user namespace is added to what the lab asks for.
 *
 * @param flags What the lab asks for.
 * @param caller Who runs it.
 * @returns True without privilege, unless the lab makes one itself.
 */
export function addsUser(flags: string[], caller: Caller): boolean {
  return !caller.privileged && !namespacesOf(flags).includes("user");
}

/**
 * The question, in shell, whether a process is in a namespace of its own.
 *
 * @param type The name of the link in /proc/PID/ns.
 * @param outside The text of the link outside.
 * @returns A condition; it is false also where that cannot be found out.
 */
export function isNew(type: string, outside: string | undefined): string {
  return `l=$(readlink /proc/self/ns/${type}) && [ "$l" != '${outside}' ]`;
}
