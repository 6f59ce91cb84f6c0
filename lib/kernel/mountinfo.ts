/**
 * The mount points that a process sees: proc_pid_mountinfo(5).
 *
 * @module
 */

import { decodeBytes } from "./decode_bytes.ts";

/** One mount, as a line of /proc/PID/mountinfo tells it. */
export interface Mount {
  /** Where it is mounted, below the root of the process. */
  mountPoint: string;
  /** The directory of the file system that is visible there. */
  root: string;
  /** The type of the file system, for example `ext4`. */
  fsType: string;
  /** What is mounted, as the file system tells it: a device, a name. */
  source: string;
}

/**
 * Parses the text of a mountinfo file.
 *
 * @param text Lines of ten or more fields; the optional ones end with `-`.
 * @returns The mounts, in the order of the file.
 * @throws {SyntaxError} If a line has not that form.
 */
export function parseMountinfo(text: string): Mount[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const fields = line.split(" ");
    const end = fields.indexOf("-", 6);
    const [root, mountPoint] = fields.slice(3, 5);
    const [fsType, source] = fields.slice(end + 1);
    if (
      end < 0 || root === undefined || mountPoint === undefined ||
      fsType === undefined || source === undefined
    ) {
      throw new SyntaxError(`Cannot parse the mountinfo line "${line}"`);
    }
    return {
      mountPoint: unescape(mountPoint),
      root: unescape(root),
      fsType: unescape(fsType),
      source: unescape(source),
    };
  });
}

/** Undoes the kernel's mangle(): space, tab, newline, `\` and `#` as `\ooo`. */
function unescape(field: string): string {
  return field.replaceAll(
    /\\([0-7]{3})/g,
    (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/**
 * The mounts that a process sees.
 *
 * @param pid A process number, or `self`.
 * @returns The mounts, in the order of the kernel's table.
 */
export function readMounts(pid: number | "self" = "self"): Mount[] {
  return parseMountinfo(
    decodeBytes(Deno.readFileSync(`/proc/${pid}/mountinfo`)),
  );
}
