/**
 * The fields of /proc/PID/status, see proc_pid_status(5).
 *
 * @module
 */

/** What a process is, as the kernel tells it in /proc/PID/status. */
export interface Status {
  /** Parent process number. */
  ppid: number;
  /** The process's number in each pid namespace, outermost first. */
  nsPid: number[];
  /** Effective user id, as the reader's user namespace spells it. */
  uid: number;
  /** Effective group id. */
  gid: number;
  /** Effective capabilities, one bit each: capability.h of the kernel. */
  capabilities: bigint;
  /** 0 none, 1 strict, 2 a filter; undefined where seccomp is not built in. */
  seccomp: number | undefined;
}

/**
 * Parses the text of a status file.
 *
 * @param text Lines of the form `Name:\tvalue`.
 * @returns The fields; a number that is missing is NaN.
 */
export function parseStatus(text: string): Status {
  // The kernel escapes newlines in the name, so no field can be forged.
  const fields = new Map(
    text.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const field = (name: string) => fields.get(name)?.split(/\s+/) ?? [];
  const seccomp = field("Seccomp")[0];
  return {
    ppid: Number(field("PPid")[0]),
    nsPid: field("NSpid").map(Number),
    uid: Number(field("Uid")[1]),
    gid: Number(field("Gid")[1]),
    capabilities: BigInt(`0x${field("CapEff")[0] ?? "0"}`),
    seccomp: seccomp === undefined ? undefined : Number(seccomp),
  };
}

/**
 * The status of a process.
 *
 * @param pid A process number, or `self`.
 * @returns Its fields.
 */
export function readStatus(pid: number | "self" = "self"): Status {
  return parseStatus(Deno.readTextFileSync(`/proc/${pid}/status`));
}
