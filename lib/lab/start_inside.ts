/**
 * Starting a program of the user's inside. A small sh is the process that
 * unshare starts: it refuses to act where nothing is isolated, sets the scene,
 * and becomes what is to run, so that in a pid namespace that is pid 1.
 *
 * @module
 */

import { EXIT, Failure } from "../cli/failure.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { attempt } from "../diagnosis/attempt.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { namespacesOf, type NamespaceType } from "../kernel/namespaces.ts";
import {
  type Confinement,
  FOR_THE_SCENE,
  FREE,
  tooTight,
  within,
} from "./confine.ts";
import type { AnyLab, Values } from "./lab.ts";
import { look } from "./look.ts";
import { watchStrays } from "./strays.ts";
import { isNew, unshareCommand } from "./unshare.ts";

/** What to run inside, and how. */
export interface Program {
  /** Lines of sh that come before all. */
  readonly first?: readonly string[];
  /** The command line, in the words of sh, that sh is to become. */
  readonly become: string;
  /** What these lines find as their arguments. */
  readonly args?: readonly string[];
  /** Its stdin and stdout; its stderr is ours. */
  readonly stdio: "inherit" | "piped";
}

/** A program that runs inside. */
export interface Started {
  /** The unshare process. */
  child: Deno.ChildProcess;
  /** The namespaces that it is in. */
  types: NamespaceType[];
}

/**
 * Starts a program inside, for as long as something is done with it.
 *
 * @param lab The experiment.
 * @param values Its own options.
 * @param program What to run.
 * @param use What to do while it runs; it waits for its end.
 * @returns What that returns.
 * @throws {Failure} If the namespaces cannot be created, or if limits were asked
 * for that cannot be set here.
 */
export async function startInside(
  lab: AnyLab,
  values: Values<string>,
  program: Program,
  use: (started: Started) => Promise<number>,
): Promise<number> {
  const { caller, view } = await look(lab);
  const unshare = unshareCommand(lab, values, caller);
  const types = namespacesOf(unshare);
  const scene = [
    ...new Set([...lab.isolates, ...types]).values()
      .map((type) => refuseIf(type, view.namespaces[type]!)),
    ...(lab.act?.(values, view) ?? []).map((words) =>
      // What steps say is no output of the program, and its input not theirs.
      `${shellQuote(words)} </dev/null >/dev/null || exit ${EXIT.notHere}`
    ),
    `exec ${shellQuote(lab.renounce ?? [])} `,
  ].join("\n");
  const limits = await lab.confine?.(values, view) ?? FREE;
  refuseUnlimited(limits);
  const strays = await watchStrays();
  try {
    await rehearse(lab, within(limits, unshare), `${scene}true`);
    const lines = [
      `# ${strays.mark}`,
      ...program.first ?? [],
      scene + program.become,
    ].join("\n");
    const child = new Deno.Command("unshare", {
      args: [
        ...["sh", "-c", DIE_WITH_PARENT, "sh"],
        ...within(limits, unshare),
        ...["sh", "-c", lines, "sh", ...program.args ?? []],
      ],
      env: { ...lab.env, [strays.mark]: "1" },
      stdin: program.stdio,
      stdout: program.stdio,
      stderr: "inherit",
    }).spawn();
    return await use({ child, types });
  } catch (error) {
    throw tooTight(limits, error, FOR_THE_SCENE);
  } finally {
    await strays.close();
    await limits.close();
  }
}

/**
 * Sets the scene for nothing, before something is started whose messages go to
 * the terminal: whatever cannot be done is explained, and not just shown.
 */
async function rehearse(
  lab: AnyLab,
  command: string[],
  scene: string,
): Promise<void> {
  const failed = await attempt([...command, "sh", "-c", scene]);
  if (failed === undefined) return;
  // Of what it starts unshare says nothing, but in its own name.
  const ours = /^unshare: /.test(failed.said);
  throw await diagnose(
    lab.script,
    { ...failed, command: ours ? command : [...command, "sh"] },
    ours ? undefined : "Cannot set the scene inside",
  );
}

// The kernel kills unshare when we end, however we end, and with it, through
// --kill-child, what it started. setpriv comes with util-linux; BusyBox has
// another. It is started through unshare, which without options only runs what
// follows: so permission for unshare is enough.
const DIE_WITH_PARENT =
  'setpriv --pdeathsig KILL true 2>/dev/null || exec "$@"\n' +
  'exec setpriv --pdeathsig KILL -- "$@"';

/** What is done next is done to a new namespace, or not at all. */
function refuseIf(type: string, outside: string): string {
  const refusal = `The ${type} namespace is not a new one: nothing was done`;
  return `${isNew(type, outside)} || { echo '${refusal}' >&2; ` +
    `exit ${EXIT.notHere}; }`;
}

/** Whoever asks for a limit relies on it. */
function refuseUnlimited({ refused }: Confinement): void {
  if (refused === undefined) return;
  throw new Failure("Cannot set the limits", {
    cause: refused,
    remedy: "run it as root; with systemd, systemd-run --user --scope " +
      "before the command line may be enough",
  });
}
