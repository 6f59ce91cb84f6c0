/**
 * What is to be seen is in /proc, and Deno shows that only with -A. A script
 * that may run deno has itself run again with it.
 *
 * @module
 */

import { denoCommand, requireDeno } from "./deno_command.ts";

/**
 * Runs a script again with all permissions, on the same terminal.
 *
 * @param script The script's `import.meta.url`.
 * @param args Its arguments.
 * @returns Its exit code.
 * @throws {Deno.errors.NotCapable} If this process may not run deno.
 */
export async function runWithAll(
  script: string,
  args: readonly string[],
): Promise<number> {
  requireDeno();
  const [program, ...rest] = denoCommand(script, [...args]);
  const { code } = await new Deno.Command(program!, { args: rest }).spawn()
    .status;
  return code;
}
