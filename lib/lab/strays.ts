/**
 * The end of all that was started inside. In a pid namespace the kernel sees to
 * it: when pid 1 ends, so does the rest. Elsewhere a job in the background, or
 * one whose shell was killed, would stay on the host; and anywhere the launcher
 * may be killed before what it starts has asked to die with it. (In a new user
 * namespace that wish is even forgotten: commit_creds() in the kernel.) So all
 * that is started inside carries a mark, and a keeper ends whatever still
 * carries it when the launcher is done or gone.
 *
 * The mark is in the environment, which is inherited: environ(7). It is also in
 * the arguments of what enters the namespaces: of a process that has just made a
 * user namespace only these can be read, proc_pid_cmdline(5). Who empties the
 * environment, as env -i does, gets away where no pid namespace ends it.
 *
 * @module
 */

import { keep } from "./keeper.ts";

/** Marks what is started inside, and ends it. */
export interface Strays {
  /** The mark: the name of a variable for the environment, and an argument. */
  readonly mark: string;
  /** Ends it. */
  close(): Promise<void>;
}

// The bound is for a program that starts others faster than this ends them.
const END = `tries=0
while found=$(grep -ls "$1" /proc/[0-9]*/environ /proc/[0-9]*/cmdline)
  [ -n "$found" ]; do
  for file in $found; do
    pid=\${file#/proc/}
    kill -KILL "\${pid%%/*}" 2>/dev/null || :
  done
  tries=$((tries + 1))
  [ $tries -lt 1000 ] || break
done`;

/**
 * Starts to watch over what will be started inside.
 *
 * @returns The mark, and the end.
 */
export async function watchStrays(): Promise<Strays> {
  // A name of its own: what is started inside may watch over others in turn.
  const id = crypto.randomUUID().replaceAll("-", "_");
  // A pattern that does not match itself, for it is an argument, too.
  const words = [`[N]SLAB_${id}`];
  const kept = await keep({ make: [], remove: END, words });
  return {
    mark: `NSLAB_${id}`,
    async close() {
      if (!("refused" in kept)) await kept.close();
    },
  };
}
