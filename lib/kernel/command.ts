/**
 * What a process was started with: proc_pid_cmdline(5). A process can write
 * anything there, of any length.
 *
 * @module
 */

import { decodeBytes } from "./decode_bytes.ts";

/** The most bytes that are read, as lsns does: a table is no place for more. */
const LONGEST = 8192;

/**
 * The command line of a process.
 *
 * @param pid A process number, as in /proc.
 * @returns Its arguments with a space between; the name of a process without
 * any, such as a kernel thread.
 * @throws {Deno.errors.NotFound} If the process has ended.
 */
export function readCommand(pid: number): string {
  const bytes = readStart(`/proc/${pid}/cmdline`);
  const text = bytes.length > 0 ? bytes : readStart(`/proc/${pid}/comm`);
  // Each argument ends with a NUL, and the name with a newline.
  return decodeBytes(text.subarray(0, -1)).replaceAll("\0", " ");
}

function readStart(path: string): Uint8Array {
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(LONGEST);
  let length = 0;
  // The kernel gives a page at a time.
  for (let read; (read = file.readSync(bytes.subarray(length)));) {
    length += read;
  }
  return bytes.subarray(0, length);
}
