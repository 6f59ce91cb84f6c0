/**
 * A crowd of processes that sleep, so that there is something to list. They
 * read from a pipe of ours and end when it closes, which it does when this
 * process ends, however that ends.
 *
 * @module
 */

import { Failure } from "../lib/cli/failure.ts";
import { listPids } from "../lib/kernel/processes.ts";
import { Held } from "./held.ts";

// A shell gives its background jobs no stdin, so the pipe gets another number.
// Their stdout is closed: we wait on it for a shell that gave up.
const FORK = `exec 3<&0
left=$1
while [ "$left" -gt 0 ]; do
  (read -r line <&3) >/dev/null &
  left=$((left - 1))
done
echo ready
wait`;

/** Processes that sleep. */
export class Crowd implements AsyncDisposable {
  readonly #parts: Held[] = [];

  /**
   * Lets it grow until /proc shows so many processes.
   *
   * @param total How many there are to be, those of others included.
   * @throws {Failure} If this machine does not allow so many.
   */
  async growTo(total: number): Promise<void> {
    // The shell that starts them is one more.
    const more = total - listPids().length - 1;
    if (more < 0) return;
    try {
      const words = ["sh", "-c", FORK, "sh", `${more}`];
      this.#parts.push(await Held.start(words));
    } catch {
      throw new Failure(`Cannot start ${more} processes`, {
        cause: "a limit for this user, for its control group, or for all",
        remedy: "see ulimit -u, pids.max of the group in /proc/self/cgroup, " +
          "and /proc/sys/kernel/pid_max",
      });
    }
  }

  /** Lets all of them end, and waits until they have. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts) await part[Symbol.asyncDispose]();
  }
}
