/**
 * The processes that live in a namespace, as `ls` shows them.
 *
 * @module
 */

import { readCommand } from "../kernel/command.ts";
import { isGone } from "../kernel/proc_error.ts";
import { readUsers } from "../kernel/users.ts";

/** Who lives in a namespace. */
export interface Tenant {
  /** Its number in /proc. */
  pid: number;
  /** Whose it is: a name, or a number without one. */
  user: string;
  /** Its command line. */
  command: string;
}

/**
 * Prepares to read who somebody is.
 *
 * @returns A function from a process number to what is to be shown of it;
 * undefined when the process has ended.
 */
export function tenantReader(): (pid: number) => Tenant | undefined {
  const users = readUsers();
  return (pid) => {
    try {
      const uid = Deno.statSync(`/proc/${pid}`).uid!;
      const user = users.get(uid) ?? `${uid}`;
      return { pid, user, command: readCommand(pid) };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  };
}
