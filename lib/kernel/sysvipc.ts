/**
 * System V message queues, of the IPC namespace of whoever reads: sysvipc(7),
 * proc_sysvipc(5).
 *
 * @module
 */

import { readIfThere } from "./missing_file.ts";

/** A message queue. */
export interface Queue {
  /** The number that programs agree on; 0 (IPC_PRIVATE) for none. */
  key: number;
  /** The number that the kernel gave it. */
  id: number;
}

/**
 * Parses the text of /proc/sysvipc/msg.
 *
 * @param text A line of header, then a line of numbers for each queue.
 * @returns The queues, in the order of the file.
 */
export function parseQueues(text: string): Queue[] {
  return text.trimEnd().split("\n").slice(1).map((line) => {
    const [key, id] = line.trim().split(/\s+/).map(Number);
    return { key: key!, id: id! };
  });
}

/**
 * The message queues that this process sees, readable or not.
 *
 * @returns The queues, ascending by index in the kernel's table; none on a kernel
 * that was built without them.
 */
export function readQueues(): Queue[] {
  const bytes = readIfThere("/proc/sysvipc/msg");
  return parseQueues(new TextDecoder().decode(bytes));
}
