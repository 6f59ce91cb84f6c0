/**
 * What a directory holds, whoever named the files.
 *
 * @module
 */

/**
 * The names in a directory, sorted.
 *
 * @param path The directory.
 * @returns Names; none where there is no such directory or it may not be read.
 */
export function listDirectory(path: string): string[] {
  return tryToList(path) ?? [];
}

/**
 * The names in a directory, where that can be told.
 *
 * @param path The directory.
 * @returns Names, sorted; null where there is no such directory or it may not
 * be read.
 */
export function tryToList(path: string): string[] | null {
  try {
    return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied
    ) return null;
    throw error;
  }
}
