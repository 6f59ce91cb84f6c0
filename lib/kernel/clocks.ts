/**
 * The clocks that a time namespace moves: time_namespaces(7). The offsets are
 * relative to the clocks of the initial time namespace, not to those of the
 * namespace it was made from.
 *
 * @module
 */

import { readMounts } from "./mountinfo.ts";

/** What is added to the clocks, in seconds with a fraction. */
export interface Offsets {
  /** To CLOCK_MONOTONIC and its kin. */
  monotonic: number;
  /** To CLOCK_BOOTTIME, and so to /proc/uptime. */
  boottime: number;
}

/** The resolution of /proc/uptime, in seconds: it is rounded down to that. */
export const UPTIME_TICK = 0.01;

// The kernel keeps the moved clock below KTIME_MAX / 2, which is 146 years.
// Nineteen of them are left for how long the machine has been up.
const MOST = 4_000_000_000;

/**
 * Parses the text of /proc/PID/timens_offsets.
 *
 * @param text Lines of a clock's name, seconds and nanoseconds; the seconds may
 * be negative, the nanoseconds count upwards from them.
 * @returns The offsets.
 */
export function parseOffsets(text: string): Offsets {
  const offset = (clock: string): number => {
    const fields = new RegExp(`^${clock} +(-?\\d+) +(\\d+)$`, "m").exec(text);
    return Number(fields?.[1] ?? 0) + Number(fields?.[2] ?? 0) / 1e9;
  };
  return { monotonic: offset("monotonic"), boottime: offset("boottime") };
}

/**
 * The offsets of a process's time namespace: strictly, of the one that its
 * children will be in, which is the same unless it has just been made.
 *
 * @param pid A process number, or `self`.
 * @returns The offsets; 0 on a kernel that has no time namespaces.
 */
export function readOffsets(pid: number | "self" = "self"): Offsets {
  try {
    return parseOffsets(Deno.readTextFileSync(`/proc/${pid}/timens_offsets`));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { monotonic: 0, boottime: 0 };
  }
}

/**
 * How long the machine has been up, as the clock of this process has it.
 *
 * @returns Seconds, in hundredths: proc_uptime(5).
 */
export function readUptime(): number {
  return Number.parseFloat(Deno.readTextFileSync("/proc/uptime"));
}

/**
 * Whether /proc/uptime is not the kernel's: LXC and Incus mount a file of lxcfs
 * over it, which knows of no time namespace.
 *
 * @returns True if something is mounted there.
 */
export function isUptimeCovered(): boolean {
  return readMounts().some(({ mountPoint }) => mountPoint === "/proc/uptime");
}

/**
 * Checks what is to be added to the boot clock.
 *
 * @param seconds The text of the option.
 * @returns What is wrong with it, or undefined.
 */
export function checkBoottime(seconds: string): string | undefined {
  if (/^(0|[1-9]\d*)$/.test(seconds) && Number(seconds) <= MOST) return;
  return `the offset is a whole number of seconds from 0 to ${MOST}`;
}
