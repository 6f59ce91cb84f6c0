/**
 * Trying a command, and keeping what it said if it failed.
 *
 * @module
 */

/** A command that failed. */
export interface Attempt {
  /** Program and arguments. */
  command: string[];
  /** What it said on stderr, without the blanks around it. */
  said: string;
  /** The signal that ended it, if one did. */
  signal?: string | undefined;
}

/**
 * What goes into the environment of a command whose words are to be understood:
 * in another locale the kernel's errors read differently.
 */
export const PLAIN_WORDS: Readonly<Record<string, string>> = { LC_ALL: "C" };

/**
 * Runs a command to its end.
 *
 * @param command Program and arguments.
 * @returns What is known of the failure; undefined if it succeeded.
 */
export async function attempt(
  command: string[],
): Promise<Attempt | undefined> {
  const [program, ...args] = command;
  try {
    const { success, signal, stderr } = await new Deno.Command(program!, {
      args,
      env: PLAIN_WORDS,
      stdin: "null",
      stdout: "null",
    }).output();
    if (success) return undefined;
    const said = new TextDecoder().decode(stderr).trim();
    return { command, said, signal: signal ?? undefined };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { command, said: `${program}: not found` };
  }
}
