/**
 * Who runs the experiment, and where.
 *
 * @module
 */

import { hasCapability } from "./capabilities.ts";
import { readStatus } from "./status.ts";

/** What decides which unshare command line is right. */
export interface Caller {
  /** Effective user id. */
  uid: number;
  /** Whether it may create namespaces other than a user namespace. */
  privileged: boolean;
  /** The kernel's release, for example `6.18.44`. */
  kernel: string;
}

/**
 * Looks at this process.
 *
 * @returns Who it is. Root in a container that took CAP_SYS_ADMIN away is not
 * privileged; root in a user namespace is.
 */
export function readCaller(): Caller {
  const { uid, capabilities } = readStatus();
  return {
    uid,
    privileged: hasCapability(capabilities, "CAP_SYS_ADMIN"),
    kernel: Deno.osRelease(),
  };
}
