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

// As Deno words it. It looks the program up on PATH by itself, and says so; all
// else is the kernel's word, with a number.
const NOT_STARTED = /^Failed to spawn '(.*)': (.*)$/s;

/**
 * Whether an error says that a program could not be started.
 *
 * @param error What was thrown.
 * @returns True if it does.
 */
export function isNotStarted(error: unknown): error is Error {
  return error instanceof Error && NOT_STARTED.test(error.message);
}

/**
 * What to say of a program that could not be started. The kernel has one number
 * for a program, a working directory and a /dev/null that are not there; only
 * of the first may be said that it is not found.
 *
 * @param error What `Deno.Command` threw.
 * @returns The words.
 * @throws What was thrown, if it is another error.
 */
export function whyNotStarted(error: unknown): string {
  if (!isNotStarted(error)) throw error;
  const [, program, reason] = NOT_STARTED.exec(error.message)!;
  return reason === "entity not found"
    ? `${program}: not found`
    : error.message;
}

/** Where a command runs. */
export interface Surroundings {
  /** The working directory. */
  readonly cwd?: string;
  /** What there is in the environment beside what is in ours. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a command whose words are to be understood, on three pipes: those are
 * there even where /dev/null is not.
 *
 * @param command Program and arguments.
 * @param where What differs from where we are.
 * @returns The process.
 */
export function spawnPiped(
  [program, ...args]: string[],
  { env, ...where }: Surroundings = {},
): Deno.ChildProcess {
  return new Deno.Command(program!, {
    ...where,
    args,
    env: { ...PLAIN_WORDS, ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/**
 * Runs a command to its end.
 *
 * @param command Program and arguments.
 * @param where What differs from where we are.
 * @returns What is known of the failure; undefined if it succeeded.
 */
export async function attempt(
  command: string[],
  where: Surroundings = {},
): Promise<Attempt | undefined> {
  try {
    const child = spawnPiped(command, where);
    await child.stdin.close();
    const { success, signal, stderr } = await child.output();
    if (success) return undefined;
    const said = new TextDecoder().decode(stderr).trim();
    return { command, said, signal: signal ?? undefined };
  } catch (error) {
    return { command, said: whyNotStarted(error) };
  }
}
