/**
 * Trying an unshare command line on nothing, before something is started whose
 * messages go to the terminal.
 *
 * @module
 */

import { attempt } from "../diagnosis/attempt.ts";
import { diagnose } from "../diagnosis/diagnose.ts";

/**
 * Runs `true` in the namespaces that a command line creates.
 *
 * @param unshare `unshare` and its options.
 * @param script `import.meta.url` of the script that asks.
 * @throws {Failure} If they cannot be created.
 */
export async function probe(unshare: string[], script: string): Promise<void> {
  const failed = await attempt([...unshare, "true"]);
  if (failed !== undefined) throw await diagnose(script, failed);
}
