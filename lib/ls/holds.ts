/**
 * Namespaces that no process need live in. One lasts as long as anything
 * refers to it: a thread that has moved there alone, a bind mount of its link
 * (which is what `ip netns add` makes), an open file, or the promise that the
 * next child will be born there: namespaces(7), "Namespace lifetime".
 *
 * @module
 */

import type { Libc } from "../kernel/libc.ts";
import { type Mount, readMounts } from "../kernel/mountinfo.ts";
import { NAMESPACES } from "../kernel/namespaces.ts";
import { isGone } from "../kernel/proc_error.ts";
import { nsReader } from "./reader.ts";
import {
  addHold,
  findLinked,
  findNamespace,
  type Namespaces,
  type Scan,
} from "./scan.ts";

const TYPES = NAMESPACES.map(({ type }) => type);
/** Where a process is, and where its next child will be. */
const FOR_CHILDREN = [
  { type: "pid", link: "pid_for_children" },
  { type: "time", link: "time_for_children" },
] as const;

/**
 * Adds what bind mounts hold: those that this process sees, and those in the
 * mount namespace of any process that may be asked.
 *
 * @param namespaces All that were found.
 * @param own This process's own mount namespace.
 */
export function addBindMounts(namespaces: Namespaces, own?: number): void {
  const add = (mounts: Mount[], root: string) => {
    for (const { fsType, root: link, mountPoint } of mounts) {
      const namespace = fsType === "nsfs" && findLinked(namespaces, link);
      if (namespace) addHold(namespace, "bind mount", `${root}${mountPoint}`);
    }
  };
  add(readMounts(), "");
  for (const { type, id, pids } of [...namespaces.values()]) {
    const pid = pids[0];
    if (type !== "mnt" || id === own || pid === undefined) continue;
    add(attempt(() => readMounts(pid)) ?? [], `/proc/${pid}/root`);
  }
}

/**
 * Adds what single threads hold, where they are not with their process.
 *
 * @param scan What was found; its processes are asked.
 * @param libc The C library, if there is one.
 */
export function addThreads({ namespaces, pids }: Scan, libc?: Libc): void {
  const read = nsReader(TYPES, libc);
  for (const pid of pids) {
    const tids = listNumbers(`/proc/${pid}/task`);
    if (tids.length < 2) continue;
    const own = [...read(pid) ?? []];
    for (const tid of tids) {
      read(tid)?.forEach((id, kind) => {
        if (id === 0 || id === own[kind]) return;
        const type = TYPES[kind]!;
        const where = `/proc/${pid}/task/${tid}/ns/${type}`;
        addHold(findNamespace(namespaces, type, id), "thread", where);
      });
    }
  }
}

/**
 * Adds what open files hold.
 *
 * @param scan What was found; its processes are asked.
 */
export function addOpenFiles({ namespaces, pids }: Scan): void {
  for (const pid of pids) {
    for (const fd of listNumbers(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${fd}`;
      const link = attempt(() => Deno.readLinkSync(path));
      // Most are files and sockets; only what might be a namespace is parsed.
      if (link === undefined || link.startsWith("/")) continue;
      const namespace = findLinked(namespaces, link);
      if (namespace) addHold(namespace, "open file", path);
    }
  }
}

/**
 * Adds what waits for a process's children: after `unshare --pid` without
 * `--fork`, for example, the caller itself stays where it was.
 *
 * @param scan What was found; its processes are asked.
 * @param libc The C library, if there is one.
 */
export function addForChildren({ namespaces, pids }: Scan, libc?: Libc): void {
  const names = FOR_CHILDREN.flatMap(({ type, link }) => [type, link]);
  const read = nsReader(names, libc);
  for (const pid of pids) {
    const ids = read(pid);
    FOR_CHILDREN.forEach(({ type, link }, at) => {
      const own = ids?.[2 * at];
      const id = ids?.[2 * at + 1];
      if (!id || id === own) return;
      const where = `/proc/${pid}/ns/${link}`;
      addHold(findNamespace(namespaces, type, id), "for children", where);
    });
  }
}

/** The entries of a directory of numbers; none if its process has ended. */
function listNumbers(path: string): number[] {
  const names = attempt(() =>
    Array.from(Deno.readDirSync(path), ({ name }) => Number(name))
  );
  return names?.sort((a, b) => a - b) ?? [];
}

/** What a look at a process that was readable before says; it may be over. */
function attempt<Seen>(look: () => Seen): Seen | undefined {
  try {
    return look();
  } catch (error) {
    if (isGone(error) || error instanceof Deno.errors.PermissionDenied) {
      return undefined;
    }
    // EINVAL: a process that has ended, and waits for its parent.
    if (error instanceof Error && error.message.includes("(os error 22)")) {
      return undefined;
    }
    throw error;
  }
}
