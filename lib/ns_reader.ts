/**
 * The namespaces of one process after another: namespaces(7), /proc/PID/ns.
 *
 * The numbers are in the texts of the links. Following a link, as stat(2)
 * does and lsns with it, makes the kernel set up a file each time; reading it
 * takes half as long. The C library, where there is one, reads them without
 * building a path or a string for each: a sixth of the whole run at thousands
 * of processes.
 *
 * @module
 */

import { cString, type Libc, O_PATH } from "./libc.ts";
import { isGone } from "./proc_error.ts";

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

/** Looks at a link and says its id, or 0 if it cannot tell why there is none. */
type Glance = (link: number) => number;

/**
 * Prepares to read.
 *
 * @param names Links in /proc/PID/ns, for example `uts`.
 * @param libc The C library, if there is one.
 * @returns The function that reads.
 */
export function nsReader(names: readonly string[], libc?: Libc): NsReader {
  const glancing = libc === undefined ? undefined : glancer(names, libc);
  const ids = names.map(() => 0);
  return (pid) => {
    const glance = glancing?.open(pid);
    try {
      for (let link = 0; link < names.length; link++) {
        ids[link] = glance?.(link) || readId(pid, names[link]!);
      }
      return ids;
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) return undefined;
      throw error;
    } finally {
      glancing?.close();
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

/** The C library's way: one directory a process, and nothing but bytes. */
function glancer(names: readonly string[], { open, close, readlinkat }: Libc) {
  const links = names.map(cString);
  const text = new Uint8Array(64);
  const size = BigInt(text.length);
  let folder = -1;
  const glance: Glance = (link) => {
    const length = readlinkat(folder, links[link]!, text, size);
    // The digits between the brackets: one of them ends the text.
    let id = 0;
    for (let at = length - 2, one = 1; at > 0; at--, one *= 10) {
      const digit = text[at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      id += digit * one;
    }
    return id;
  };
  return {
    open(pid: number): Glance | undefined {
      folder = open(cString(`/proc/${pid}/ns`), O_PATH);
      return folder < 0 ? undefined : glance;
    },
    close(): void {
      if (folder >= 0) close(folder);
      folder = -1;
    },
  };
}

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
