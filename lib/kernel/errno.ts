/**
 * The kernel's word for a failure: errno(3).
 *
 * @module
 */

/** What came of a system call: "ok", or the name of the error. */
export type Errno = string;

/**
 * The name of an error.
 *
 * @param error What Deno threw.
 * @returns For example "EROFS".
 * @throws What was thrown, if it is no error of the kernel's.
 */
export function errno(error: unknown): Errno {
  const { code } = error as { code?: string };
  if (code === undefined) throw error;
  return code;
}

/**
 * Tries something.
 *
 * @param action What to try.
 * @returns What came of it.
 */
export function tryTo(action: () => void): Errno {
  try {
    action();
    return "ok";
  } catch (error) {
    return errno(error);
  }
}
