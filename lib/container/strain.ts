/**
 * Asking for more than a limit allows, within bounds of its own: what is
 * started is ended at once, and there is a most of it.
 *
 * @module
 */

import { type Errno, errno } from "../kernel/errno.ts";

/** The most processes that are started. */
export const MOST_PROCESSES = 1000;
/** The most memory that is filled, in bytes. */
export const MOST_MEMORY = 1024 ** 3;

/** What came of a fork bomb. */
export interface Bombed {
  /** How many processes were started. */
  started: number;
  /** How many threads this process has: they count, too. */
  threads: number;
  /** What the kernel said in the end; "ok" if nothing stopped it. */
  end: Errno;
}

/**
 * Starts processes until it is refused.
 *
 * @param most How many at most.
 * @returns What came of it; none of them is left.
 */
export async function forkUntilRefused(most: number): Promise<Bombed> {
  const children: Deno.ChildProcess[] = [];
  let end = "ok";
  try {
    while (children.length < most) {
      children.push(
        new Deno.Command("sleep", {
          args: ["60"],
          stdin: "null",
          stdout: "null",
          stderr: "null",
        }).spawn(),
      );
    }
  } catch (error) {
    end = errno(error);
  }
  const threads = Array.from(Deno.readDirSync("/proc/self/task")).length;
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ status }) => status));
  return { started: children.length, threads, end };
}

/**
 * Has a child fill memory: dd(1) reads into a buffer of that size.
 *
 * @param bytes How much.
 * @returns "ok", or what ended it: "SIGKILL" is the kernel, out of memory. It
 * picks the child before anything else.
 */
export async function fillMemory(bytes: number): Promise<string> {
  const fill = "echo 1000 >/proc/self/oom_score_adj; " +
    'exec dd if=/dev/zero of=/dev/null bs="$1" count=1';
  const { success, signal, stderr } = await new Deno.Command("sh", {
    args: ["-c", fill, "sh", `${bytes}`],
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return "ok";
  return signal ?? new TextDecoder().decode(stderr).trim().split("\n")[0]!;
}
