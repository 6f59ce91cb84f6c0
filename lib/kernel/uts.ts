/**
 * The names of this machine, as the UTS namespace of this process has them:
 * proc_sys_kernel(5).
 *
 * @module
 */

import { decodeBytes } from "./decode_bytes.ts";

/** What uname(2) calls nodename and domainname. */
export interface Uts {
  /** The host name. */
  hostname: string;
  /** The NIS domain name; the kernel's "(none)" is reported as "". */
  domainname: string;
}

/**
 * Reads both names.
 *
 * @returns The names, unescaped.
 */
export function readUts(): Uts {
  const read = (name: string): string => {
    const bytes = Deno.readFileSync(`/proc/sys/kernel/${name}`);
    const text = decodeBytes(bytes).replace(/\n$/, "");
    return text === "(none)" ? "" : text;
  };
  return { hostname: read("hostname"), domainname: read("domainname") };
}
