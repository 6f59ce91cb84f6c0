/**
 * The namespaces of whoever asks.
 *
 * @module
 */

import { Failure } from "../cli/failure.ts";
import { type NsLinks, readNsLinks } from "../kernel/ns_links.ts";

/**
 * This process's own links.
 *
 * @returns The links by name.
 * @throws {Failure} If there is no /proc to read.
 */
export function readOwn(): NsLinks {
  try {
    return readNsLinks();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Failure("Cannot read /proc/self/ns", {
      cause: "no /proc is mounted, or that of another pid namespace",
      remedy: "mount -t proc proc /proc",
    });
  }
}
