/**
 * The steps from an empty file system in memory to a root of one's own, as
 * command lines: mount(2), pivot_root(2). None of them creates anything in a
 * file system of the host.
 *
 * @module
 */

import { sh } from "./sh.ts";
import type { Volume } from "./volumes.ts";

/** What the new root file system calls itself in the table of mounts. */
export const SOURCE = "container";

/** The directories at its top; volumes add theirs. */
export const FOLDERS = ["dev", "etc", "proc", "root", "tmp", "usr"] as const;

/** What is a link into /usr, or a directory beside it: hier(7). */
export const SYSTEM = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

const PLACES = ["/mnt", "/media", "/srv", "/tmp", "/opt", "/root"] as const;
const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];

/**
 * A directory to mount the new root on. It is covered, in one mount namespace,
 * so no volume can come out of it.
 *
 * @param volumes The volumes.
 * @param files The names in the root directory as it is.
 * @returns Its path.
 */
export function placeFor(
  volumes: readonly Volume[],
  files: readonly string[],
): string {
  return PLACES.find((place) =>
    files.includes(place.slice(1)) &&
    !volumes.some(({ host }) => `${host}/`.startsWith(`${place}/`))
  ) ?? "/sys";
}

/**
 * What the new root may hold.
 *
 * @param volumes The volumes.
 * @returns The names in its top directory; "" is for the root itself.
 */
export function namesIn(volumes: readonly Volume[]): Set<string> {
  const tops = volumes.map(({ inside }) => inside.split("/")[1]!);
  return new Set(["", ...FOLDERS, ...SYSTEM, ...tops]);
}

/** The directories of system administration are not on everybody's PATH. */
const SBIN = "PATH=$PATH:/usr/sbin:/sbin";

/**
 * Brings the loopback device up.
 *
 * @returns The command line.
 */
export function upLoopback(): string[] {
  return sh(`${SBIN}; ip link set lo up`);
}

/**
 * Binds what programs need: /usr, and where /bin and its kin are no links into
 * it, as on Alpine, those as well.
 *
 * @param root Where the new root is mounted.
 * @returns The command line.
 */
export function bindSystem(root: string): string[] {
  return sh(
    'cd "$1" && mount --rbind /usr usr && ' +
      `for d in ${SYSTEM.join(" ")}; do ` +
      'if [ -h "/$d" ]; then ln -s "$(readlink "/$d")" "$d"; ' +
      'elif [ -d "/$d" ]; then mkdir "$d" && mount --rbind "/$d" "$d"; ' +
      "fi || exit; done",
    root,
  );
}

/**
 * Makes a minimal /etc, and shows what else in /etc the programs of /usr need.
 *
 * @param root Where the new root is mounted.
 * @returns The command line.
 */
export function fillEtc(root: string): string[] {
  return sh(
    'cd "$1/etc" && echo root:x:0:0:root:/root:/bin/sh >passwd && ' +
      "echo root:x:0: >group && " +
      "if [ -d /etc/alternatives ]; then mkdir alternatives && " +
      "mount --bind /etc/alternatives alternatives; fi && " +
      "if [ -f /etc/ld.so.cache ]; then cp /etc/ld.so.cache .; fi",
    root,
  );
}

/**
 * Makes a minimal /dev: device files cannot be made in a user namespace, but
 * those of the host can be bound. The terminal, if there is one, goes by the
 * name of console, as tty(1) will say.
 *
 * @param root Where the new root is mounted.
 * @returns The command line.
 */
export function fillDev(root: string): string[] {
  return sh(
    'cd "$1/dev" && mkdir -m 1777 shm && mkdir pts && ' +
      `for d in ${DEVICES.join(" ")}; do ` +
      'touch "$d" && mount --bind "/dev/$d" "$d" || exit; done; ' +
      "if t=$(tty <&2); then touch console && " +
      'mount --bind "$t" console || exit; fi; ' +
      "ln -s pts/ptmx ptmx; ln -s /proc/self/fd fd; " +
      "for n in 0:stdin 1:stdout 2:stderr; do " +
      'ln -s "/proc/self/fd/${n%:*}" "${n#*:}" || exit; done',
    root,
  );
}

/**
 * Covers what in /proc is the whole machine's with itself, to be made read-only:
 * there it is enough to be uid 0, where that is the uid 0 of the machine. In a
 * user namespace it is another, and nothing needs to be done: proc(5).
 *
 * @param root Where the new root is mounted.
 * @returns The command line.
 */
export function coverProc(root: string): string[] {
  return sh(
    'cd "$1/proc" || exit; [ -w sys/kernel/panic ] || exit 0; ' +
      'all=$(find . -mindepth 1 -maxdepth 1 ! -name "[0-9]*" ' +
      "\\( -type d -o -type f -perm -200 \\)) || exit; for f in $all; do " +
      'mount --bind "$f" "$f" || exit; done',
    root,
  );
}

/**
 * Mounts a devpts that has nobody else's terminals, for those that programs
 * make: pts(4).
 *
 * @param root Where the new root is mounted.
 * @returns The command line.
 */
export function ownTerminals(root: string): string[] {
  const options = "newinstance,ptmxmode=666,mode=620";
  return ["mount", "-t", "devpts", "-o", options, "devpts", `${root}/dev/pts`];
}

/**
 * Makes what was bound read-only, whatever is mounted below it included. In a
 * user namespace a remount has to keep the options that the mount came with
 * (nosuid, nodev): mount_namespaces(7). A device can still be written to: it is
 * only its owner and its mode that stay.
 *
 * @param root Where the new root is mounted.
 * @param volumes The volumes.
 * @returns The command line.
 */
export function remountReadOnly(
  root: string,
  volumes: readonly Volume[],
): string[] {
  const below = (path: string) => `"$PWD${path}"/*`;
  const whole = [
    ...["usr", "etc/alternatives", ...SYSTEM].map((name) => `/${name}`),
    ...volumes.filter(({ readOnly }) => readOnly)
      .map(({ inside }) => inside.replaceAll(/["$`\\]/g, "\\$&")),
  ].flatMap((path) => [`"$PWD${path}"`, below(path)]);
  const all = [...whole, below("/dev"), below("/proc")];
  return sh(
    'cd -P "$1" && while read -r _ _ _ _ at options _; do ' +
      // The table spells a blank as \040, and printf wants to read \0040.
      'case $at in *\\\\*) at=$(printf %s "$at" | ' +
      "sed 's/\\\\/\\\\0/g') || exit; at=$(printf %b \"$at\");; esac; " +
      `case $at in ${all.join(" | ")}) ` +
      'mount -o "remount,bind,ro${options#r?}" "$at" || exit;; esac; ' +
      "done </proc/self/mountinfo",
    root,
  );
}

/**
 * Binds the volumes.
 *
 * @param root Where the new root is mounted.
 * @param volumes The volumes.
 * @returns Two command lines each.
 */
export function bindVolumes(
  root: string,
  volumes: readonly Volume[],
): string[][] {
  return volumes.flatMap(({ host, inside }) => [
    ["mkdir", "-p", root + inside],
    ["mount", "--rbind", host, root + inside],
  ]);
}

/**
 * Swaps the roots, and lets go of the old one. pivot_root moves the root and the
 * working directory of every process of the mount namespace that has them at
 * the old root.
 *
 * @param root Where the new root is mounted.
 * @returns The command line.
 */
export function pivot(root: string): string[] {
  return sh(`${SBIN}; cd "$1" && pivot_root . . && umount -l .`, root);
}
