/**
 * Steps that take more than one program.
 *
 * @module
 */

/**
 * A command line that runs shell.
 *
 * @param script What to run.
 * @param args What it finds as its arguments.
 * @returns Program and arguments.
 */
export function sh(script: string, ...args: string[]): string[] {
  return ["sh", "-c", script, ...args.length > 0 ? ["sh", ...args] : []];
}
