/**
 * Looking for files that need not be there.
 *
 * @module
 */

/**
 * Whether an error says that there is no such file.
 *
 * @param error What Deno threw.
 * @returns True also where a part of the path is not a directory.
 */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
}

/**
 * Reads a file that not every kernel has.
 *
 * @param path Its path.
 * @returns Its bytes; none where there is no such file.
 */
export function readIfThere(path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return new Uint8Array();
    throw error;
  }
}
