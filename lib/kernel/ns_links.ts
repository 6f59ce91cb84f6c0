/**
 * Which namespaces a process is in. The links in /proc/PID/ns read like
 * `uts:[4026531838]`; two processes share a namespace if and only if the
 * numbers are equal: namespaces(7).
 *
 * @module
 */

/** Link texts by name, for example `{ uts: "uts:[4026531838]" }`. */
export type NsLinks = Record<string, string>;

/**
 * All that /proc/PID/ns lists.
 *
 * @param pid A process number, or `self`.
 * @returns The links by name, `pid_for_children` and its kin included.
 */
export function readNsLinks(pid: number | "self" = "self"): NsLinks {
  const links: NsLinks = {};
  for (const { name } of Deno.readDirSync(`/proc/${pid}/ns`)) {
    links[name] = Deno.readLinkSync(`/proc/${pid}/ns/${name}`);
  }
  return links;
}
