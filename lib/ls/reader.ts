/**
 * The namespaces of one process after another: namespaces(7), /proc/PID/ns.
 *
 * The numbers are in the texts of the links. Following a link, as stat(2)
 * does and lsns with it, makes the kernel set up a file each time; reading it
 * takes half as long. The C library, where there is one, reads it without a
 * string for each, which saves a fifth of the whole run at thousands of
 * processes. Of what is left two thirds are the kernel's own time.
 *
 * @module
 */

import { cString, type Libc, O_PATH } from "../kernel/libc.ts";
import { isGone } from "../kernel/proc_error.ts";

/**
 * Reads the ids of a process, or of a thread, which /proc does not list but
 * has.
 *
 * @param pid Its number in /proc.
 * @returns An id for each name, 0 where there is none: a process that has
 * ended has only what its parent may still ask for, or nothing. Undefined when
 * privilege is lacking. The array is reused by the next call.
 */
export type NsReader = (pid: number) => readonly number[] | undefined;

/**
 * Prepares to read.
 *
 * @param names Links in /proc/PID/ns, for example `uts`.
 * @param libc The C library, if there is one.
 * @returns The function that reads.
 */
export function nsReader(names: readonly string[], libc?: Libc): NsReader {
  const ids = names.map(() => 0);
  const glance = libc === undefined ? undefined : glancer(names, libc);
  return (pid) => {
    try {
      glance?.(pid, ids);
      for (let link = 0; link < names.length; link++) {
        if (!glance || ids[link] === 0) ids[link] = readId(pid, names[link]!);
      }
      return ids;
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) return undefined;
      throw error;
    }
  };
}

/** Deno's way: slower, and it knows why when there is nothing to read. */
function readId(pid: number, name: string): number {
  try {
    return parseNsLink(Deno.readLinkSync(`/proc/${pid}/ns/${name}`))?.id ?? 0;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

/**
 * The C library's way: nothing but bytes, and the path to the links is walked
 * once for all of them. It says 0 where it could not read, and leaves it to
 * Deno to find out why.
 */
function glancer(
  names: readonly string[],
  { open, close, readlinkat }: Libc,
): (pid: number, ids: number[]) => void {
  // The number goes to the right end of a field of slashes, which count as one.
  const path = cString(`${"/proc/".padEnd(FIELD, "/")}/ns`);
  const links = names.map(cString);
  const text = new Uint8Array(64);
  const size = BigInt(text.length);
  return (pid, ids) => {
    let at = FIELD;
    for (let rest = pid; rest > 0; rest = Math.trunc(rest / 10)) {
      path[--at] = ZERO + rest % 10;
    }
    while (path[--at] !== SLASH) path[at] = SLASH;

    const folder = open(path, O_PATH);
    for (let link = 0; link < links.length; link++) {
      const length = readlinkat(folder, links[link]!, text, size);
      // The digits between the brackets: a closing one ends the text.
      let id = 0;
      for (let digit = length - 2, one = 1; digit > 0; digit--, one *= 10) {
        const value = text[digit]! - ZERO;
        if (value < 0 || value > 9) break;
        id += value * one;
      }
      ids[link] = id;
    }
    if (folder >= 0) close(folder);
  };
}

/** Room for any number: the kernel's PID_MAX_LIMIT has seven digits. */
const FIELD = "/proc/".length + 10;
const SLASH = 0x2f;
const ZERO = 0x30;

/** What a link says. */
export interface NsLink {
  /** The kind of namespace, as the kernel spells it. */
  type: string;
  /** The inode number, which identifies the namespace. */
  id: number;
}

/**
 * Parses the text of a link to a namespace.
 *
 * @param text Such as `uts:[4026531838]`.
 * @returns Its parts, or undefined if it has not that form.
 */
export function parseNsLink(text: string): NsLink | undefined {
  const [, type, id] = /^([a-z]+):\[(\d+)\]$/.exec(text) ?? [];
  return type === undefined ? undefined : { type, id: Number(id) };
}
