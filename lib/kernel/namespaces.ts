/**
 * What is known of each kind of namespace, in one table: every script, message
 * and test that needs a name, a flag or a date takes it from here.
 *
 * Source: namespaces(7), clone(2), unshare(1), and the kernel's
 * include/uapi/linux/sched.h for the clone constants.
 *
 * @module
 */

/** The kinds of namespace, spelled as in /proc/PID/ns and by lsns(8). */
export type NamespaceType =
  | "mnt"
  | "uts"
  | "ipc"
  | "net"
  | "pid"
  | "user"
  | "cgroup"
  | "time";

/** One row of {@linkcode NAMESPACES}. */
export interface NamespaceKind {
  /** Name of the link in /proc/PID/ns. */
  readonly type: NamespaceType;
  /** The unshare(1) option that creates one. */
  readonly flag: string;
  /** The clone(2) constant behind that option. */
  readonly clone: string;
  /** The value of that constant. */
  readonly value: number;
  /** What a process in a namespace of its own no longer shares. */
  readonly isolates: string;
  /** The first kernel in which it is complete enough to use. */
  readonly since: string;
  /** The file in /proc/sys/user that limits how many may exist. */
  readonly limit: string;
  /** Where to read on. */
  readonly man: string;
  /** The script in which to see it. */
  readonly lab: string;
}

/** Every kind of namespace that Linux has, oldest first. */
export const NAMESPACES: readonly NamespaceKind[] = [
  {
    type: "mnt",
    flag: "--mount",
    clone: "CLONE_NEWNS",
    value: 0x0002_0000,
    isolates: "the table of mount points",
    since: "2.4.19",
    limit: "max_mnt_namespaces",
    man: "mount_namespaces(7)",
    lab: "mount",
  },
  {
    type: "uts",
    flag: "--uts",
    clone: "CLONE_NEWUTS",
    value: 0x0400_0000,
    isolates: "host name and NIS domain name",
    since: "2.6.19",
    limit: "max_uts_namespaces",
    man: "uts_namespaces(7)",
    lab: "uts",
  },
  {
    type: "ipc",
    flag: "--ipc",
    clone: "CLONE_NEWIPC",
    value: 0x0800_0000,
    isolates: "System V IPC objects and POSIX message queues",
    since: "2.6.19",
    limit: "max_ipc_namespaces",
    man: "ipc_namespaces(7)",
    lab: "ipc",
  },
  {
    type: "pid",
    flag: "--pid",
    clone: "CLONE_NEWPID",
    value: 0x2000_0000,
    isolates: "process numbers",
    since: "2.6.24",
    limit: "max_pid_namespaces",
    man: "pid_namespaces(7)",
    lab: "pid",
  },
  {
    type: "net",
    flag: "--net",
    clone: "CLONE_NEWNET",
    value: 0x4000_0000,
    isolates: "network devices, addresses, ports, routes and firewall",
    since: "2.6.29",
    limit: "max_net_namespaces",
    man: "network_namespaces(7)",
    lab: "net",
  },
  {
    type: "user",
    flag: "--user",
    clone: "CLONE_NEWUSER",
    value: 0x1000_0000,
    isolates: "user and group ids, and capabilities",
    since: "3.8",
    limit: "max_user_namespaces",
    man: "user_namespaces(7)",
    lab: "user",
  },
  {
    type: "cgroup",
    flag: "--cgroup",
    clone: "CLONE_NEWCGROUP",
    value: 0x0200_0000,
    isolates: "the root directory of the control groups",
    since: "4.6",
    limit: "max_cgroup_namespaces",
    man: "cgroup_namespaces(7)",
    lab: "cgroup",
  },
  {
    type: "time",
    flag: "--time",
    clone: "CLONE_NEWTIME",
    value: 0x0000_0080,
    isolates: "the monotonic and the boot clock",
    since: "5.6",
    limit: "max_time_namespaces",
    man: "time_namespaces(7)",
    lab: "time",
  },
];

/**
 * The namespaces that a list of unshare(1) options creates, those implied by
 * other options (`--mount-proc` makes a mount namespace) included.
 *
 * @param flags Options as given to unshare, for example `["--uts"]`.
 * @returns The types, in the order of {@linkcode NAMESPACES}.
 */
export function namespacesOf(flags: readonly string[]): NamespaceType[] {
  const names = new Set(flags.map((flag) => flag.split("=")[0]));
  if (names.has("--mount-proc")) names.add("--mount");
  return NAMESPACES.filter(({ flag }) => names.has(flag)).map(({ type }) =>
    type
  );
}
