/**
 * What the tests share: running things for real, and saying what this machine
 * cannot do. The suite runs as one user at a time; suite.ts runs it twice.
 *
 * @module
 */

import { fromFileUrl } from "@std/path/posix/from-file-url";
import { isGone } from "../lib/kernel/proc_error.ts";
import { listPids } from "../lib/kernel/processes.ts";

/** The project's folder. */
export const ROOT: string = fromFileUrl(new URL("..", import.meta.url))
  .replace(/\/$/, "");

/** Whether this half of the suite runs as root. */
export const IS_ROOT: boolean = Deno.uid() === 0;

/** What came of a command. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** How to run a command. */
export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** What it reads; nothing if left out. */
  stdin?: string;
}

/**
 * Runs a command to its end.
 *
 * @param words Program and arguments.
 * @param options How to run it.
 * @returns Exit code and what it printed.
 */
export async function run(
  words: string[],
  { env = {}, cwd = ROOT, stdin }: RunOptions = {},
): Promise<Ran> {
  const [program, ...args] = words;
  const child = new Deno.Command(program!, {
    args,
    env,
    cwd,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  if (stdin !== undefined) {
    const writer = child.stdin.getWriter();
    // A program that ends before it has read all is no fault of the test.
    await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
    await writer.close().catch(() => {});
  }
  const { code, stdout, stderr } = await output;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * The command line of a script of ours, with all permissions.
 *
 * @param name The script's name.
 * @param args Its arguments.
 * @returns Program and arguments.
 */
export function scriptCommand(name: string, args: string[] = []): string[] {
  const path = `${ROOT}/scripts/${name}.ts`;
  return [Deno.execPath(), "run", "-A", "--cached-only", path, ...args];
}

/**
 * Runs a script of ours with all permissions.
 *
 * @param name The script's name.
 * @param args Its arguments.
 * @param options How to run it.
 * @returns Exit code and what it printed.
 */
export function runScript(
  name: string,
  args: string[] = [],
  options: RunOptions = {},
): Promise<Ran> {
  return run(scriptCommand(name, args), options);
}

/**
 * Puts a command into namespaces of its own.
 *
 * @param flags What unshare is asked for; without root a user namespace in
 * which the caller is root is added.
 * @param words Program and arguments.
 * @returns The longer command line.
 */
export function unshared(flags: string[], words: string[]): string[] {
  const user = IS_ROOT ? [] : ["--user", "--map-root-user"];
  return ["unshare", ...user, ...flags, "--kill-child", ...words];
}

/**
 * A test that some machines cannot run. It is left out there, with the reason
 * in its title; where NSLAB_NO_SKIP is set, as in CI, it fails instead.
 *
 * @param lacking Why this machine cannot run it, or undefined if it can.
 * @param name The test's name.
 * @param fn The test.
 */
export function testUnless(
  lacking: string | undefined,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  if (lacking === undefined) Deno.test(name, fn);
  else if (Deno.env.has("NSLAB_NO_SKIP")) {
    Deno.test(name, () => {
      throw new Error(`Skipped, and nothing may be: ${lacking}`);
    });
  } else Deno.test.ignore(`${name} (skipped: ${lacking})`, fn);
}

/**
 * A test that only root can run. The half of the suite that runs as an ordinary
 * user leaves it to the other half.
 *
 * @param name The test's name.
 * @param fn The test.
 */
export function testAsRoot(
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  if (!IS_ROOT && Deno.env.has("NSLAB_OTHER_HALF")) return;
  testUnless(IS_ROOT ? undefined : "needs root", name, fn);
}

/**
 * Whether a program is installed.
 *
 * @param name Its name.
 * @returns Undefined if it is, else the words for {@linkcode testUnless}.
 */
export function missing(name: string): string | undefined {
  const found = new Deno.Command("sh", {
    args: ["-c", 'command -v "$1"', "sh", name],
    stdout: "null",
    stderr: "null",
  }).outputSync().success;
  return found ? undefined : `needs ${name}`;
}

/**
 * Waits for a state of the machine that has to come.
 *
 * @param what The state, for the message.
 * @param done Whether it has come.
 * @throws {Error} If it stays away for ten seconds.
 */
export async function until(what: string, done: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/**
 * The processes that were started with something in their environment; one that
 * has ended (a zombie) has none.
 *
 * @param mark What to look for, as in `NAME=value`.
 * @returns Their numbers in /proc.
 */
export function marked(mark: string): number[] {
  return listPids().filter((pid) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/environ`).includes(mark);
    } catch (error) {
      if (isGone(error) || error instanceof Deno.errors.PermissionDenied) {
        return false;
      }
      throw error;
    }
  });
}

/**
 * Whether a process runs; one that waits for its parent to take notice of its
 * end (a zombie) does not.
 *
 * @param pid Its number in /proc.
 * @returns True if it runs.
 */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(
      Deno.readTextFileSync(`/proc/${pid}/status`),
    );
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
