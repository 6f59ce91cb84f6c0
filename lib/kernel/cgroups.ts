/**
 * The control groups of a process: cgroups(7), /proc/PID/cgroup. Each path is
 * relative to the root of the cgroup namespace of whoever reads it.
 *
 * @module
 */

import { decodeBytes } from "./decode_bytes.ts";

/** Where a process is in one hierarchy of control groups. */
export interface Cgroup {
  /** The number of the hierarchy; 0 is cgroup v2. */
  hierarchy: number;
  /** What a v1 hierarchy controls, or its name; none for v2. */
  controllers: string[];
  /** The control group. */
  path: string;
}

/**
 * Parses the text of a /proc/PID/cgroup file.
 *
 * @param text Lines of the form `hierarchy:controllers:path`. A path may hold
 * colons, and the kernel allows no newline in it.
 * @returns One entry for each hierarchy, in the order of the file.
 * @throws {SyntaxError} If a line has not that form.
 */
export function parseCgroups(text: string): Cgroup[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const fields = /^(\d+):([^:]*):(.*)$/.exec(line);
    if (fields === null) {
      throw new SyntaxError(`Cannot parse the cgroup line "${line}"`);
    }
    const [, hierarchy, controllers, path] = fields;
    return {
      hierarchy: Number(hierarchy),
      controllers: controllers!.split(",").filter(Boolean),
      path: path!,
    };
  });
}

/**
 * The control groups that a process is in.
 *
 * @param pid A process number, or `self`.
 * @returns One entry for each hierarchy.
 */
export function readCgroups(pid: number | "self" = "self"): Cgroup[] {
  return parseCgroups(decodeBytes(Deno.readFileSync(`/proc/${pid}/cgroup`)));
}
