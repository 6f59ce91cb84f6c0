/**
 * From a process of ours to its child, in the numbers that /proc uses.
 *
 * @module
 */

import { isGone } from "./proc_error.ts";
import { listPids } from "./processes.ts";
import { readStatus, type Status } from "./status.ts";

/**
 * The only child of a child of this process.
 *
 * @param pid The child, as this process's own pid namespace numbers it.
 * @returns The grandchild, as /proc numbers it.
 * @throws {Error} If there is none.
 */
export function findChild(pid: number): number {
  const child = firstChild(inProc(pid));
  if (child === undefined) throw new Error(`Process ${pid} has no child`);
  return child;
}

/**
 * The eldest child of any process.
 *
 * @param pid The process, as /proc numbers it.
 * @returns The child, as /proc numbers it; undefined if there is none.
 */
export function firstChild(pid: number): number | undefined {
  return listChildren(pid)[0];
}

/**
 * Translates a pid. They differ after `unshare --pid` without `--mount-proc`:
 * this process has numbers of its new namespace, /proc those of the old one.
 *
 * @param pid A child, as this process's own pid namespace numbers it.
 * @returns The same, as /proc numbers it.
 * @throws {Error} If /proc does not show it.
 */
export function inProc(pid: number): number {
  const self = Number(Deno.readLinkSync("/proc/self"));
  if (self === Deno.pid) return pid;
  // Another namespace that this /proc shows may have given out the same number.
  const found = listPids().find((candidate) => {
    const status = statusOf(candidate);
    return status?.ppid === self && status.nsPid.at(-1) === pid;
  });
  if (found === undefined) throw new Error(`/proc does not show child ${pid}`);
  return found;
}

/** proc_tid_children(5); the kernel can be built without that file. */
function listChildren(pid: number): number[] {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
    return text.trim().split(" ").filter(Boolean).map(Number);
  } catch (error) {
    if (!isGone(error)) throw error;
    return listPids().filter((child) => statusOf(child)?.ppid === pid);
  }
}

function statusOf(pid: number): Status | undefined {
  try {
    return readStatus(pid);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
