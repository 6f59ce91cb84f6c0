/**
 * How to run a script of ours once more.
 *
 * @module
 */

import { isGranted, requirePermission } from "./permissions.ts";

/**
 * The program to start: this very deno where that is allowed. Permission to
 * run "deno" does not cover the path of this binary when the deno on PATH is a
 * link to it; under sudo, on the other hand, there may be no deno on PATH.
 *
 * @returns A path, or the bare name.
 */
export function denoProgram(): string {
  const command = Deno.execPath();
  return isGranted({ name: "run", command }) ? command : "deno";
}

/**
 * Makes sure that this process may run deno.
 *
 * @throws {Deno.errors.NotCapable} If it may not.
 */
export function requireDeno(): void {
  requirePermission(
    { name: "run", command: denoProgram() },
    "--allow-run=deno",
    "to have a child with all permissions look at /proc",
  );
}

/**
 * The command line that runs a script again with all permissions.
 *
 * @param script The script's `import.meta.url`.
 * @param args Its arguments.
 * @returns Program and arguments. Nothing is downloaded: what it imports, this
 * process has loaded before, and inside there may be no network.
 */
export function denoCommand(script: string, args: string[]): string[] {
  return [
    denoProgram(),
    "run",
    "--allow-all",
    "--cached-only",
    script,
    ...args,
  ];
}
