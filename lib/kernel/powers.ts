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

/** The lowest niceness there is: nobody can ask for less. */
const LOWEST = -20;

/**
 * Whether a child of this process may lower its niceness: that takes
 * CAP_SYS_NICE in the initial user namespace, or a limit that allows it. The
 * child asks for itself alone and ends at once: nice(1).
 *
 * @returns True or false; null where that cannot be found out.
 */
export function mayHurry(): boolean | null {
  const before = nice();
  if (Number.isNaN(before) || before <= LOWEST) return null;
  // Refused, GNU's goes on as before, and BusyBox's gives up.
  return nice("-n", "-1", "nice") < before;
}

/** The niceness that nice(1) prints; NaN where it prints none. */
function nice(...args: string[]): number {
  // It reads nothing: so it does not even take a /dev/null.
  const { stdout } = new Deno.Command("nice", { args, stdin: "inherit" })
    .outputSync();
  return Number.parseInt(new TextDecoder().decode(stdout));
}
