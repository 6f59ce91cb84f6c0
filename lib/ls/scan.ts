/**
 * Which namespaces there are, and which processes live in them. The kernel
 * keeps no list that it would show: one has to ask every process.
 *
 * @module
 */

import type { Libc } from "../kernel/libc.ts";
import { NAMESPACES, type NamespaceType } from "../kernel/namespaces.ts";
import { readPids } from "./pids.ts";
import { nsReader, parseNsLink } from "./reader.ts";

/** What keeps a namespace alive beside its processes. */
export type Hold =
  | "bind mount"
  | "thread"
  | "open file"
  | "for children"
  | "namespace";

/** One namespace. */
export interface Namespace {
  /** Its kind. */
  type: NamespaceType;
  /** The inode number, which identifies it. */
  id: number;
  /** The processes in it, ascending. */
  pids: number[];
  /** What else holds it, one example of each: a path, or a namespace's link. */
  holds: Map<Hold, string>;
  /** The user namespace that owns it; null where that is not known. */
  owner: number | null;
  /** The parent of a pid or user namespace; null where there is none to see. */
  parent: number | null;
}

/** All namespaces that were found, by id: the ids of all kinds are distinct. */
export type Namespaces = Map<number, Namespace>;

/** What a scan found. */
export interface Scan {
  /** The namespaces. */
  namespaces: Namespaces;
  /** The processes that could be asked, ascending. */
  pids: number[];
  /** How many could not, for lack of privilege. */
  denied: number;
}

/**
 * Asks every process in /proc. One that ends meanwhile is left out.
 *
 * @param types The kinds of namespace that this kernel has.
 * @param libc The C library, if there is one.
 * @returns Namespaces and processes.
 */
export function scanProcesses(
  types: readonly NamespaceType[],
  libc?: Libc,
): Scan {
  const read = nsReader(types, libc);
  const namespaces: Namespaces = new Map();
  const pids: number[] = [];
  let denied = 0;
  for (const pid of readPids(libc)) {
    const ids = read(pid);
    if (ids === undefined) {
      denied++;
      continue;
    }
    pids.push(pid);
    for (let kind = 0; kind < types.length; kind++) {
      const id = ids[kind]!;
      if (id !== 0) findNamespace(namespaces, types[kind]!, id).pids.push(pid);
    }
  }
  return { namespaces, pids, denied };
}

/**
 * The entry of a namespace; a new one if it was not known.
 *
 * @param namespaces All that were found.
 * @param type Its kind.
 * @param id Its inode number.
 * @returns The entry.
 */
export function findNamespace(
  namespaces: Namespaces,
  type: NamespaceType,
  id: number,
): Namespace {
  let found = namespaces.get(id);
  if (found === undefined) {
    const holds = new Map<Hold, string>();
    found = { type, id, pids: [], holds, owner: null, parent: null };
    namespaces.set(id, found);
  }
  return found;
}

/**
 * The namespace that a link names.
 *
 * @param namespaces All that were found; a new one is added.
 * @param text The text of the link.
 * @returns The entry, or undefined if it is no link to a namespace.
 */
export function findLinked(
  namespaces: Namespaces,
  text: string,
): Namespace | undefined {
  const link = parseNsLink(text);
  const kind = NAMESPACES.find(({ type }) => type === link?.type);
  return link && kind && findNamespace(namespaces, kind.type, link.id);
}

/**
 * Notes what holds a namespace; the first of each kind is kept.
 *
 * @param namespace The namespace.
 * @param kind What sort of thing it is.
 * @param where Its path, or the link of another namespace.
 */
export function addHold(namespace: Namespace, kind: Hold, where: string): void {
  if (!namespace.holds.has(kind)) namespace.holds.set(kind, where);
}
