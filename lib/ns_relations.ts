/**
 * Who owns a namespace, and what it is nested in. A process has those
 * capabilities over a namespace that it has in the user namespace that owns
 * it; pid and user namespaces form trees. No file in /proc says any of that,
 * only ioctl_ns(2) does.
 *
 * @module
 */

import { cString, type Libc, O_RDONLY } from "./libc.ts";
import {
  addHold,
  findLinked,
  type Namespace,
  type Namespaces,
} from "./ns_scan.ts";

// include/uapi/linux/nsfs.h
const NS_GET_USERNS = 0xb701n;
const NS_GET_PARENT = 0xb702n;

/**
 * Finds owner and parent of every namespace. Those that nothing but a
 * namespace below them holds come to light here, and are added.
 *
 * @param namespaces All that were found.
 * @param libc The C library.
 */
export function addRelations(namespaces: Namespaces, libc: Libc): void {
  for (const namespace of [...namespaces.values()]) {
    const fd = open(namespace, libc);
    if (fd === undefined) continue;
    relate(namespaces, namespace, fd, libc);
    libc.close(fd);
  }
}

/** Opens a namespace by what holds it; it may be over, or another by now. */
function open(namespace: Namespace, libc: Libc): number | undefined {
  const { type, id, pids, holds } = namespace;
  const paths = [
    ...pids.slice(0, 1).map((pid) => `/proc/${pid}/ns/${type}`),
    ...holds.values(),
  ];
  for (const path of paths) {
    const fd = libc.open(cString(path), O_RDONLY);
    if (fd < 0) continue;
    if (readFd(fd) === `${type}:[${id}]`) return fd;
    libc.close(fd);
  }
  return undefined;
}

function relate(
  namespaces: Namespaces,
  namespace: Namespace,
  fd: number,
  libc: Libc,
): void {
  const follow = (request: bigint): number | null => {
    // Refused at the root of each tree, and for what is above one's own.
    const next = libc.ioctl(fd, request);
    if (next < 0) return null;
    const known = namespaces.size;
    const found = findLinked(namespaces, readFd(next));
    if (found && namespaces.size > known) {
      addHold(found, "namespace", `${namespace.type}:[${namespace.id}]`);
      relate(namespaces, found, next, libc);
    }
    libc.close(next);
    return found?.id ?? null;
  };
  namespace.owner = follow(NS_GET_USERNS);
  if (namespace.type === "pid" || namespace.type === "user") {
    namespace.parent = follow(NS_GET_PARENT);
  }
}

function readFd(fd: number): string {
  return Deno.readLinkSync(`/proc/self/fd/${fd}`);
}
