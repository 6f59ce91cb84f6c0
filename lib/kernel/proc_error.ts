/**
 * Reading /proc is a race: a process may end between the moment it is listed
 * and the moment its files are opened. The kernel then answers ENOENT for a
 * path, and ESRCH for a file that is already open.
 *
 * @module
 */

/**
 * Whether an error says that the process behind a /proc file has ended.
 *
 * @param error What a Deno read of a file below /proc/PID threw.
 * @returns True for ENOENT and ESRCH.
 */
export function isGone(error: unknown): boolean {
  if (error instanceof Deno.errors.NotFound) return true;
  // Deno has no class of its own for ESRCH, and sets no code.
  return error instanceof Error && error.message.includes("(os error 3)");
}
