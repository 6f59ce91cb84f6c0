/**
 * `-- CMD ARGS...`: a command inside, as if it ran here. Its stdin, stdout and
 * stderr are ours, its exit code becomes ours, and signals that reach us reach
 * it.
 *
 * @module
 */

import { killChild, listenTo, SIGNALS } from "../cli/signals.ts";
import type { AnyLab, Values } from "./lab.ts";
import { INIT, passSignal } from "./pass_signal.ts";
import { startInside } from "./start_inside.ts";

/** What a terminal sends to each process that it belongs to, that one too. */
const KEYS: readonly string[] = ["SIGINT", "SIGQUIT"];

/**
 * Runs a command inside.
 *
 * @param lab The experiment.
 * @param values Its own options.
 * @param command Program and arguments.
 * @returns Its exit code; 128 and the signal's number if a signal ended it.
 * @throws {Failure} If the namespaces cannot be created, or if limits were asked
 * for that cannot be set here.
 */
export function runCommand(
  lab: AnyLab,
  values: Values<string>,
  command: readonly string[],
): Promise<number> {
  return startInside(lab, values, {
    become: `sh -c '${INIT}' sh "$@"`,
    args: command,
    stdio: "inherit",
  }, async ({ child }) => {
    const terminal = [Deno.stdin, Deno.stdout, Deno.stderr]
      .some((stream) => stream.isTerminal());
    let ended = false;
    let early: number | undefined;
    const pass = async (signal: keyof typeof SIGNALS) => {
      const passed = await passSignal(lab, { unshare: child.pid, signal });
      if (passed || ended) return;
      // It does not run yet, and now it need not.
      early = 128 + SIGNALS[signal];
      killChild(child);
    };
    const release = listenTo(Object.fromEntries(
      (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((signal) => [
        signal,
        terminal && KEYS.includes(signal) ? () => {} : () => void pass(signal),
      ]),
    ));
    try {
      const { code } = await child.status;
      ended = true;
      return early ?? code;
    } finally {
      release();
    }
  });
}
