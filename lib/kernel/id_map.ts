/**
 * The id maps of a user namespace: user_namespaces(7), /proc/PID/uid_map.
 *
 * @module
 */

/** A range of ids: COUNT ids from INSIDE on are those from OUTSIDE on. */
export interface IdRange {
  /** The first id of the range, in the namespace of the process. */
  inside: number;
  /** The first id of the range, in the namespace of whoever reads the map. */
  outside: number;
  /** How many ids the range holds. */
  count: number;
}

/**
 * Parses the text of a uid_map or gid_map file.
 *
 * @param text Lines of three numbers.
 * @returns The ranges, in the order of the file.
 */
export function parseIdMap(text: string): IdRange[] {
  return text.trim().split("\n").filter((line) => line !== "").map((line) => {
    const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
    return { inside: inside!, outside: outside!, count: count! };
  });
}

/**
 * Reads an id map of a process.
 *
 * @param kind Which of the two maps.
 * @param pid A process number, or `self`.
 * @returns The ranges; none while nothing is mapped.
 */
export function readIdMap(
  kind: "uid_map" | "gid_map",
  pid: number | "self" = "self",
): IdRange[] {
  return parseIdMap(Deno.readTextFileSync(`/proc/${pid}/${kind}`));
}
