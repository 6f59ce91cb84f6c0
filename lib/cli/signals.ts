/**
 * Listening to signals for a while.
 *
 * @module
 */

/** The signals that end or steer a program, by number: signal(7). */
export const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
} as const;

/**
 * Kills a child, if it has not ended by itself.
 *
 * @param child The process.
 */
export function killChild(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // Deno has seen its end already, and nobody else has been told.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** What to do by signal. */
export type Listeners = Partial<Record<Deno.Signal, () => void>>;

/**
 * Listens to signals, which then no longer end this process.
 *
 * @param listeners What to do.
 * @returns A function that ends it.
 */
export function listenTo(listeners: Listeners): () => void {
  const all = Object.entries(listeners) as [Deno.Signal, () => void][];
  for (const [signal, listener] of all) {
    Deno.addSignalListener(signal, listener);
  }
  return () => {
    for (const [signal, listener] of all) {
      Deno.removeSignalListener(signal, listener);
    }
  };
}
