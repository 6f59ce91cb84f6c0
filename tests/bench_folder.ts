/**
 * A folder for the length of one run.
 *
 * @module
 */

import { Held } from "./held.ts";

// Ctrl-C goes to this shell too, and is not its end.
const KEEP = `trap '' HUP INT QUIT TERM
echo ready
read -r line
rm -r "$1"`;

/** A folder that is removed when this process ends, however that ends. */
export class Folder implements AsyncDisposable {
  /** Its path. */
  readonly path: string;
  readonly #keeper: Held;

  private constructor(path: string, keeper: Held) {
    this.path = path;
    this.#keeper = keeper;
  }

  /**
   * Makes one.
   *
   * @returns An empty folder.
   */
  static async make(): Promise<Folder> {
    const path = Deno.makeTempDirSync({ prefix: "nslab-bench-" });
    return new Folder(path, await Held.start(["sh", "-c", KEEP, "sh", path]));
  }

  /** Removes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#keeper[Symbol.asyncDispose]();
  }
}
