/**
 * Every process that /proc shows: the numbers of the pid namespace that this
 * /proc was mounted in. proc(5): /proc/PID/comm.
 *
 * @module
 */

import { decodeBytes } from "./decode_bytes.ts";
import { isGone } from "./proc_error.ts";

/** A process as /proc names it. */
export interface Process {
  /** The command name: at most 15 bytes, chosen by the process itself. */
  name: string;
  /** The process number in the pid namespace of this /proc. */
  pid: number;
}

/**
 * The numbers of all processes in /proc, ascending.
 *
 * @returns Process numbers.
 * @throws {Deno.errors.NotFound} If no /proc is mounted there.
 */
export function listPids(): number[] {
  const pids: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const first = name.charCodeAt(0);
    if (first >= 0x30 && first <= 0x39) pids.push(Number(name));
  }
  // A /proc that is one shows at least who reads it.
  if (pids.length === 0) throw new Deno.errors.NotFound("/proc is empty");
  return pids.sort((a, b) => a - b);
}

/**
 * All processes in /proc, ascending by pid. One that ends during the scan is
 * left out.
 *
 * @returns Names and numbers.
 */
export function listProcesses(): Process[] {
  const processes: Process[] = [];
  for (const pid of listPids()) {
    const name = readName(pid);
    if (name !== undefined) processes.push({ name, pid });
  }
  return processes;
}

/**
 * The command name of a process.
 *
 * @param pid A process number, as in /proc.
 * @returns The name, or undefined when the process has ended or hides.
 */
export function readName(pid: number): string | undefined {
  const path = `/proc/${pid}/comm`;
  try {
    // The name has no length field and may hold newlines: the kernel's own
    // newline is the last byte, and only that one is not part of it.
    const text = Deno.readTextFileSync(path);
    if (!text.includes("\ufffd")) return text.slice(0, -1);
    return decodeBytes(Deno.readFileSync(path).subarray(0, -1));
  } catch (error) {
    // With hidepid=1, proc(5), others are listed and not to be looked at.
    if (isGone(error) || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    throw error;
  }
}
