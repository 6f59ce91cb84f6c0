/**
 * An interactive shell in the new namespace. It is the process that unshare
 * starts, so in a pid namespace it is pid 1: a small sh sets the scene and then
 * becomes it by exec.
 *
 * @module
 */

import { EXIT } from "./failure.ts";
import type { AnyLab, Values } from "./lab.ts";
import { type Look, look } from "./look.ts";
import { NAMESPACES, namespacesOf, type NamespaceType } from "./namespaces.ts";
import { printError } from "./output.ts";
import { probe } from "./probe.ts";
import { shellQuote, unshareCommand } from "./unshare.ts";

/**
 * Opens a shell, or runs a command line, inside.
 *
 * @param lab The experiment.
 * @param values Its own options.
 * @param command What to run; true for the user's shell.
 * @returns The exit code of what ran; 128 and the signal's number if a signal
 * ended it.
 * @throws {Failure} If the namespaces cannot be created.
 */
export async function shell(
  lab: AnyLab,
  values: Values<string>,
  command: string | true,
): Promise<number> {
  const { caller, view } = await look(lab);
  const unshare = unshareCommand(lab, values, caller);
  await probe(unshare, lab.script);
  const types = namespacesOf(unshare);
  const interactive = [Deno.stdin, Deno.stdout, Deno.stderr]
    .every((stream) => stream.isTerminal());
  const program = command === true ? '"${SHELL:-/bin/sh}"' : asExec(command);
  const scene = [
    ...interactive ? ["echo ready; read -r go || exit 1"] : [],
    ...types.map((type) => refuseIf(type, view.namespaces[type]!)),
    ...(lab.act?.(values) ?? []).map((words) =>
      `${shellQuote(words)} >&2 || exit ${EXIT.notHere}`
    ),
    // The terminal, which the hand-shake on the pipes left to stderr alone.
    `exec ${program}${interactive ? " <&2 >&2" : ""}`,
  ].join("\n");

  const child = new Deno.Command("unshare", {
    args: [
      ...["sh", "-c", DIE_WITH_PARENT, "sh"],
      ...hangUp(unshare, types),
      ...["sh", "-c", scene],
    ],
    stdin: interactive ? "piped" : "inherit",
    stdout: interactive ? "piped" : "inherit",
    stderr: "inherit",
  }).spawn();
  const release = passSignals(child);
  try {
    if (interactive) {
      // Its "ready" says that the process exists, so that /proc can name it.
      await child.stdout.getReader().read();
      printError(greeting(lab, await look(lab, { unshare: child.pid }), types));
      const stdin = child.stdin.getWriter();
      await stdin.write(new TextEncoder().encode("go\n"));
      await stdin.close();
    }
    return (await child.status).code;
  } finally {
    release();
  }
}

// The kernel kills unshare when we end, however we end, and with it, through
// --kill-child, what it started. setpriv comes with util-linux. It is started
// through unshare, which without options only runs what follows: so permission
// for unshare is enough.
const DIE_WITH_PARENT = 'command -v setpriv >/dev/null || exec "$@"\n' +
  'exec setpriv --pdeathsig KILL -- "$@"';

/**
 * In a pid namespace SIGKILL for its pid 1 ends all that is in there. Elsewhere
 * a shell that is killed leaves its jobs behind, and one that loses its
 * terminal takes them along: so the signal is that of a lost terminal.
 */
function hangUp(unshare: string[], types: NamespaceType[]): string[] {
  if (types.includes("pid")) return unshare;
  return unshare.map((word) =>
    word === "--kill-child" ? "--kill-child=HUP" : word
  );
}

/** The program that sh is to become, so that it is pid 1 where that shows. */
function asExec(command: string): string {
  return /^[\w./-]+$/.test(command)
    ? command
    : shellQuote(["sh", "-c", command]);
}

/** What is done next is done to a new namespace, or not at all. */
function refuseIf(type: string, outside: string): string {
  const refusal = `The ${type} namespace is not a new one: nothing was done`;
  return `[ "$(readlink /proc/self/ns/${type})" != '${outside}' ] || ` +
    `{ echo '${refusal}' >&2; exit ${EXIT.notHere}; }`;
}

/**
 * While the program inside has the terminal, Ctrl-C is its own business. To end
 * us is to end it.
 */
function passSignals(child: Deno.ChildProcess): () => void {
  const ignore = () => {};
  const end = () => child.kill("SIGKILL");
  const listeners = [
    ["SIGINT", ignore],
    ["SIGQUIT", ignore],
    ["SIGTERM", end],
    ["SIGHUP", end],
  ] as const;
  for (const [signal, listener] of listeners) {
    Deno.addSignalListener(signal, listener);
  }
  return () => {
    for (const [signal, listener] of listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  };
}

function greeting(lab: AnyLab, seen: Look, types: NamespaceType[]): string {
  const flags = NAMESPACES.filter(({ type }) => types.includes(type))
    .map(({ flag }) => flag);
  // Root inside has no right to change its groups; it does not need to.
  const keep = types.includes("user") ? ["--preserve-credentials"] : [];
  const enter = ["nsenter", "--target", `${seen.inside}`, ...flags, ...keep];
  return `You are in a new ${types.join(" and ")} namespace. Try:
${lab.hints.map((hint) => `  ${hint}`).join("\n")}
A second terminal enters the same one${
    seen.caller.privileged ? " (as root)" : ""
  } with:
  ${shellQuote(enter)}
Leave with exit or Ctrl-D.`;
}
