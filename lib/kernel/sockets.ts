/**
 * Sockets that others could find: with a port, a path, or an abstract name. All
 * of them belong to the network namespace, those of unix(7) included as far as
 * they have abstract names: proc_pid_net(5).
 *
 * @module
 */

import { decodeBytes } from "./decode_bytes.ts";
import { isMissing } from "./missing_file.ts";

/** Each has a line of header, then a line for each socket. */
const FILES = ["tcp", "tcp6", "udp", "udp6", "unix"] as const;

/**
 * Counts the sockets in the text of a file of /proc/net.
 *
 * @param text The text of tcp, udp or unix.
 * @returns How many there are; of unix those that have a name.
 */
export function countSockets(text: string): number {
  const [header = "", ...lines] = text.split("\n");
  const named = header.endsWith("Path")
    ? lines.filter((line) => /^(\S+\s+){7}\S/.test(line))
    : lines.filter((line) => line.trim() !== "");
  return named.length;
}

/**
 * The sockets that this process sees.
 *
 * @returns How many there are.
 */
export function readSocketCount(): number {
  return FILES.map((name) => countSockets(read(`/proc/self/net/${name}`)))
    .reduce((sum, count) => sum + count);
}

/** A kernel can be without IPv6. */
function read(path: string): string {
  try {
    return decodeBytes(Deno.readFileSync(path));
  } catch (error) {
    if (isMissing(error)) return "";
    throw error;
  }
}
