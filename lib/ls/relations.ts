/**
 * Who owns a namespace, and what it is nested in. A process has those
 * capabilities over a namespace that it has in the user namespace that owns
 * it; pid and user namespaces form trees. No file in /proc says any of that,
 * only ioctl_ns(2) does.
 *
 * @module
 */

import { cString, type Libc, O_PATH, O_RDONLY } from "../kernel/libc.ts";
import {
  addHold,
  findLinked,
  type Namespace,
  type Namespaces,
} from "./scan.ts";

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
  const { dev } = Deno.statSync("/proc/self/ns/user");
  for (const namespace of [...namespaces.values()]) {
    const fd = open(namespace, dev, libc);
    if (fd === undefined) continue;
    relate(namespaces, namespace, fd, libc);
    libc.close(fd);
  }
}

/**
 * Opens a namespace by what holds it. The path may lead elsewhere by now, in
 * another's mount namespace even to what that one put there for us to open.
 */
function open(
  { type, id, pids, holds }: Namespace,
  nsfs: number,
  libc: Libc,
): number | undefined {
  const paths = [
    ...pids.slice(0, 1).map((pid) => `/proc/${pid}/ns/${type}`),
    ...holds.values(),
  ];
  for (const path of paths) {
    const found = libc.open(cString(path), O_PATH);
    if (found < 0) continue;
    const self = `/proc/self/fd/${found}`;
    const { dev, ino } = Deno.statSync(self);
    const same = dev === nsfs && ino === id;
    const fd = same ? libc.open(cString(self), O_RDONLY) : -1;
    libc.close(found);
    if (fd >= 0) return fd;
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
    const found = findLinked(
      namespaces,
      Deno.readLinkSync(`/proc/self/fd/${next}`),
    );
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
