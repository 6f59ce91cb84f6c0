/**
 * An interactive shell in the new namespace. It is the process that unshare
 * starts, so in a pid namespace it is pid 1.
 *
 * @module
 */

import { commandLines } from "../cli/command_lines.ts";
import { EXIT } from "../cli/failure.ts";
import { printError } from "../cli/output.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { killChild, listenTo, SIGNALS } from "../cli/signals.ts";
import { FIRST } from "../diagnosis/environment.ts";
import { NAMESPACES, type NamespaceType } from "../kernel/namespaces.ts";
import type { AnyLab, Values } from "./lab.ts";
import { type Look, look } from "./look.ts";
import { startInside } from "./start_inside.ts";

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
  const interactive = [Deno.stdin, Deno.stdout, Deno.stderr]
    .every((stream) => stream.isTerminal());
  const program = command === true ? '"${SHELL:-/bin/sh}"' : asExec(command);
  return await startInside(lab, values, {
    first: interactive ? ["echo ready; read -r go || exit 1"] : [],
    // The terminal, which the hand-shake on the pipes left to stderr alone.
    become: `${program}${interactive ? " <&2 >&2" : ""}`,
    stdio: interactive ? "piped" : "inherit",
  }, async ({ child, types }) => {
    let ended: number | undefined;
    const end = (signal: "SIGTERM" | "SIGHUP") => () => {
      ended = 128 + SIGNALS[signal];
      killChild(child);
    };
    // While the program inside has the terminal, Ctrl-C is its own business.
    // To end us is to end it.
    const release = listenTo({
      SIGINT: () => {},
      SIGQUIT: () => {},
      SIGTERM: end("SIGTERM"),
      SIGHUP: end("SIGHUP"),
    });
    try {
      if (interactive) {
        // Its "ready" says that the process exists, so that /proc can name it.
        const { done } = await child.stdout.getReader().read();
        // unshare has said why on the terminal.
        if (done) return EXIT.notHere;
        const seen = await look(lab, { unshare: child.pid });
        printError(greeting(lab, seen, types));
        const stdin = child.stdin.getWriter();
        await stdin.write(new TextEncoder().encode("go\n"));
        await stdin.close();
      }
      const { code } = await child.status;
      return ended ?? code;
    } finally {
      release();
    }
  });
}

/** The program that sh is to become, so that it is pid 1 where that shows. */
function asExec(command: string): string {
  return /^[\w./-]+$/.test(command)
    ? command
    : shellQuote(["sh", "-c", command]);
}

function greeting(lab: AnyLab, seen: Look, types: NamespaceType[]): string {
  const flags = NAMESPACES.filter(({ type }) => types.includes(type))
    .map(({ flag }) => flag);
  // Root inside has no right to change its groups; it does not need to.
  const keep = types.includes("user") ? ["--preserve-credentials"] : [];
  const enter = ["nsenter", "--target", `${seen.inside}`, ...flags, ...keep];
  // Whoever enters has all capabilities, and is to have no more than the shell.
  const become = lab.renounce ? [...lab.renounce, "sh"] : [];
  // Only there does this number mean that process.
  const where = seen.view.namespaces.pid === FIRST.pid
    ? ""
    : " in your pid namespace";
  const as = seen.caller.privileged ? " (as root)" : "";
  return `You are in new namespaces: ${types.join(", ")}. Try:
${lab.hints.map((hint) => `  ${hint}`).join("\n")}
A second terminal${where} enters the same one${as} with:
  ${commandLines(enter, become)}
Leave with exit or Ctrl-D.`;
}
