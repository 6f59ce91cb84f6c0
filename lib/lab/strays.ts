/**
 * The end of all that was started inside. In a pid namespace the kernel sees to
 * it: when pid 1 ends, so does the rest. Elsewhere a job in the background, or
 * one whose shell was killed, would stay on the host; and anywhere the launcher
 * may be killed before what it starts has asked to die with it. So all that is
 * started inside carries a mark in its environment (environ(7) is inherited),
 * and a keeper ends whatever still carries it when the launcher is done or gone.
 * Who empties the environment, as env -i does, gets away where no pid namespace
 * ends it.
 *
 * @module
 */

import { keep } from "./keeper.ts";

/** Marks what is started inside, and ends it. */
export interface Strays {
  /** What goes into the environment of all that is started inside. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends it. */
  close(): Promise<void>;
}

// The bound is for a program that starts others faster than this ends them.
const END = `tries=0
while found=$(grep -ls "$1" /proc/[0-9]*/environ); [ -n "$found" ]; do
  for file in $found; do
    pid=\${file#/proc/}
    kill -KILL "\${pid%/environ}" 2>/dev/null || :
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
  const name = `NSLAB_${crypto.randomUUID().replaceAll("-", "_")}`;
  const kept = await keep({ make: [], remove: END, words: [`${name}=1`] });
  return {
    env: { [name]: "1" },
    async close() {
      if (!("refused" in kept)) await kept.close();
    },
  };
}
