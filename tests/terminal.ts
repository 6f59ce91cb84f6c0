/**
 * A person at a terminal: script(1) gives a command a real pseudo terminal,
 * and this types into it, after it has read what it waits for.
 *
 * @module
 */

import { shellQuote } from "../lib/cli/shell_quote.ts";

/** A command on a terminal of its own. */
export class Terminal implements AsyncDisposable {
  /** All that appeared so far. */
  screen = "";
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** How much of the screen was waited for already. */
  #seen = 0;

  /**
   * @param words Program and arguments.
   * @param env What to add to the environment.
   */
  constructor(words: string[], env: Record<string, string> = {}) {
    this.#child = new Deno.Command("script", {
      args: [
        "--quiet",
        "--return",
        "--command",
        `stty rows 33 cols 99; ${shellQuote(words)}`,
        "/dev/null",
      ],
      env: { TERM: "dumb", ...env },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    this.#writer = this.#child.stdin.getWriter();
  }

  /**
   * Types.
   *
   * @param text What to type; `\x03` is Ctrl-C.
   */
  async type(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  /**
   * Reads until something appears after what was last waited for.
   *
   * @param pattern What to wait for.
   * @returns What matched.
   * @throws {Error} If the terminal closes first, or nothing comes for ten
   * seconds.
   */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.screen.slice(this.#seen));
      if (match !== null) {
        this.#seen += match.index + match[0].length;
        return match;
      }
      if (!await this.#readMore()) {
        throw new Error(`No ${pattern} in:\n${this.screen}`);
      }
    }
  }

  /**
   * Reads on until the command ends.
   *
   * @returns Its exit code.
   */
  async end(): Promise<number> {
    while (await this.#readMore());
    await this.#writer.close().catch(() => {});
    return (await this.#child.status).code;
  }

  /** Whether more appeared. */
  async #readMore(): Promise<boolean> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    const { value, done } = await this.#reader.read();
    clearTimeout(late);
    this.screen += value ?? "";
    return !done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended, as it should.
    }
    await this.#writer.abort().catch(() => {});
    await this.#reader.cancel();
    await this.#child.status;
  }
}
