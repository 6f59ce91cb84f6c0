/**
 * Names of the capabilities: capabilities(7), and the kernel's
 * include/uapi/linux/capability.h for their numbers.
 *
 * @module
 */

/** The names, by number. */
export const CAPABILITIES = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETPCAP",
  "CAP_LINUX_IMMUTABLE",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_BROADCAST",
  "CAP_NET_ADMIN",
  "CAP_NET_RAW",
  "CAP_IPC_LOCK",
  "CAP_IPC_OWNER",
  "CAP_SYS_MODULE",
  "CAP_SYS_RAWIO",
  "CAP_SYS_CHROOT",
  "CAP_SYS_PTRACE",
  "CAP_SYS_PACCT",
  "CAP_SYS_ADMIN",
  "CAP_SYS_BOOT",
  "CAP_SYS_NICE",
  "CAP_SYS_RESOURCE",
  "CAP_SYS_TIME",
  "CAP_SYS_TTY_CONFIG",
  "CAP_MKNOD",
  "CAP_LEASE",
  "CAP_AUDIT_WRITE",
  "CAP_AUDIT_CONTROL",
  "CAP_SETFCAP",
  "CAP_MAC_OVERRIDE",
  "CAP_MAC_ADMIN",
  "CAP_SYSLOG",
  "CAP_WAKE_ALARM",
  "CAP_BLOCK_SUSPEND",
  "CAP_AUDIT_READ",
  "CAP_PERFMON",
  "CAP_BPF",
  "CAP_CHECKPOINT_RESTORE",
] as const;

/** The name of a capability, for example `CAP_SYS_ADMIN`. */
export type Capability = typeof CAPABILITIES[number];

/**
 * Whether a set holds a capability.
 *
 * @param set A set as in /proc/PID/status, one bit each.
 * @param name The capability.
 * @returns True if its bit is set.
 */
export function hasCapability(set: bigint, name: Capability): boolean {
  return (set >> BigInt(CAPABILITIES.indexOf(name)) & 1n) === 1n;
}

/**
 * The names in a capability set.
 *
 * @param set A set as in /proc/PID/status, one bit each.
 * @returns Names by number; a bit newer than this table is `CAP_<number>`.
 */
export function capabilityNames(set: bigint): string[] {
  const names: string[] = [];
  for (let bit = 0; set >> BigInt(bit) !== 0n; bit++) {
    if ((set >> BigInt(bit) & 1n) === 1n) {
      names.push(CAPABILITIES[bit] ?? `CAP_${bit}`);
    }
  }
  return names;
}

/**
 * The number of the newest capability that this kernel knows.
 *
 * @returns The content of /proc/sys/kernel/cap_last_cap.
 */
export function lastCapability(): number {
  return Number(Deno.readTextFileSync("/proc/sys/kernel/cap_last_cap"));
}
