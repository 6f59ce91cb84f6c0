/**
 * A process that has said "ready" and holds still until its stdin closes,
 * which it does when the test ends, however that ends.
 *
 * @module
 */

/** What a shell runs to be one. */
export const HOLD = "echo ready; read -r line";

/** A process that holds still. */
export class Held implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
  }

  /**
   * Starts one.
   *
   * @param words Program and arguments; it prints a line when it is ready.
   * @returns The process, once it is ready.
   * @throws {Error} If it ends before.
   */
  static async start(words: string[]): Promise<Held> {
    const [program, ...args] = words;
    const child = new Deno.Command(program!, {
      args,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const held = new Held(child);
    const reader = child.stdout.getReader();
    const { done } = await reader.read();
    reader.releaseLock();
    if (!done) return held;
    await held[Symbol.asyncDispose]();
    throw new Error(`Cannot hold "${words.join(" ")}"`);
  }

  /** The number of the process that was started. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Lets it end, and waits until it has. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close();
    await this.#child.stdout.cancel();
    await this.#child.status;
  }
}
