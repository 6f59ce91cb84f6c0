/**
 * What a process may do, found out by trying, without changing anything.
 *
 * @module
 */

/** Which file it is, and whose. */
export interface Owner {
  /** The file's number in its file system. */
  inode: number | null;
  /** The owner, as the user namespace of this process spells it. */
  uid: number | null;
}

/**
 * Who owns a file.
 *
 * @param path The file; a link is followed.
 * @returns Its inode and owner.
 */
export function ownerOf(path: string): Owner {
  const { ino, uid } = Deno.statSync(path);
  return { inode: ino, uid };
}

/**
 * Whether this process may open a file for reading.
 *
 * @param path The file.
 * @returns True or false; null when there is no such file.
 */
export function canRead(path: string): boolean | null {
  try {
    Deno.openSync(path).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

/**
 * The niceness that a child of this process gets when it asks for another:
 * a lower one than now takes CAP_SYS_NICE in the initial user namespace. The
 * child asks for itself alone and ends at once: nice(1).
 *
 * @param change What to add, -20 to 19.
 * @returns The change that was granted: the one asked for, or 0.
 */
export function grantedNiceness(change: number): number {
  const nice = (...args: string[]): number => {
    // It reads nothing: so it does not even take a /dev/null.
    const { stdout } = new Deno.Command("nice", { args, stdin: "inherit" })
      .outputSync();
    return Number.parseInt(new TextDecoder().decode(stdout));
  };
  return nice("-n", `${change}`, "nice") - nice();
}
