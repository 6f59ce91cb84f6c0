/**
 * The network devices of a network namespace: proc_pid_net(5). sysfs is no
 * source for them, for it shows the namespace in which it was mounted.
 *
 * @module
 */

import { decodeBytes } from "./decode_bytes.ts";
import { readIfThere } from "./missing_file.ts";

/** A network device. */
export interface Interface {
  /** Its name, at most 15 bytes. */
  name: string;
  /** Whether it is up (IFF_UP), as `ip link set NAME up` makes it. */
  up: boolean;
}

// 224.0.0.1 as the kernel prints it, on machines of either byte order.
const ALL_HOSTS = /^\t+(010000E0|E0000001) /;

/**
 * Parses the text of a /proc/PID/net/dev file.
 *
 * @param text Two lines of header, then lines of the form `NAME: counters`.
 * @returns The names, in the order of the file.
 */
export function parseNetDev(text: string): string[] {
  return text.split("\n").slice(2)
    .flatMap((line) => /^ *(.*):/.exec(line)?.[1] ?? []);
}

/**
 * Finds the devices that are up in the text of a /proc/PID/net/igmp file. A
 * device joins the group of all hosts, 224.0.0.1, when it is brought up, and
 * leaves it when it is taken down, with an address or without: RFC 1112, and
 * ip_mc_up() in the kernel's net/ipv4/igmp.c. The exception is a device whose
 * packets have less than 68 bytes, too small for IP.
 *
 * @param text A line for each device that has joined any group, followed by an
 * indented one for each of its groups.
 * @returns The names of those that are up.
 */
export function parseIgmp(text: string): Set<string> {
  const up = new Set<string>();
  let name: string | undefined;
  for (const line of text.split("\n")) {
    name = /^\d+\t(.*?) *: *\d+ /.exec(line)?.[1] ?? name;
    if (name !== undefined && ALL_HOSTS.test(line)) up.add(name);
  }
  return up;
}

/**
 * The network devices that a process sees.
 *
 * @param pid A process number, or `self`.
 * @returns The devices, in the kernel's order; none on a kernel without network.
 */
export function readInterfaces(pid: number | "self" = "self"): Interface[] {
  // A kernel without multicast has no igmp.
  const read = (file: string): string =>
    decodeBytes(readIfThere(`/proc/${pid}/net/${file}`));
  const up = parseIgmp(read("igmp"));
  return parseNetDev(read("dev")).map((name) => ({ name, up: up.has(name) }));
}
