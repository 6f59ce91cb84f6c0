/**
 * Trying an unshare command line on nothing, before something is started whose
 * messages go to the terminal.
 *
 * @module
 */

import { Failure } from "./failure.ts";
import { shellQuote } from "./unshare.ts";

/**
 * Runs `true` in the namespaces that a command line creates.
 *
 * @param unshare `unshare` and its options.
 * @throws {Failure} If they cannot be created.
 */
export async function probe(unshare: string[]): Promise<void> {
  const [program, ...args] = [...unshare, "true"];
  const { success, stderr } = await new Deno.Command(program!, { args })
    .output();
  if (success) return;
  throw new Failure("Cannot create the namespaces", {
    tried: shellQuote([program!, ...args]),
    said: new TextDecoder().decode(stderr).trim(),
    cause: "unknown",
  });
}
