/**
 * Takes the evidence: outside before, inside, and outside again while the
 * inside process is alive and held on its stdin. That order is what makes it
 * proof rather than timing.
 *
 * @module
 */

import type { Caller } from "./caller.ts";
import { denoCommand } from "./deno_command.ts";
import { Failure } from "./failure.ts";
import type { Orders, Report } from "./inside.ts";
import type { AnyLab, Claim, Evidence, Values } from "./lab.ts";
import { look } from "./look.ts";
import { requirePermission } from "./permissions.ts";
import { shellQuote, unshareCommand } from "./unshare.ts";

// deno-lint-ignore no-explicit-any -- see AnyLab
type AnyEvidence = Evidence<any, any, any, any>;

/** One run of one experiment. */
export interface Outcome {
  /** Who ran it. */
  caller: Caller;
  /** The command line that ran: unshare, its options, and this script. */
  command: string[];
  /** What was observed. */
  evidence: AnyEvidence;
  /** What it proves. */
  claims: Claim[];
  /** Namespaces that were to be new and are not: the inside did nothing. */
  shared: string[];
}

/**
 * Runs an experiment.
 *
 * @param lab The experiment.
 * @param values Its own options.
 * @returns What was observed, and what it proves.
 * @throws {Failure} If the namespaces cannot be created, or the scene inside
 * cannot be set.
 */
export async function experiment(
  lab: AnyLab,
  values: Values<string>,
): Promise<Outcome> {
  requirePermission(
    { name: "run", command: "unshare" },
    "--allow-run=unshare",
    "to create namespaces",
  );
  const { caller, view: before } = await look(lab);
  const prop = lab.prepare?.();
  try {
    const given = prop?.given ?? null;
    const unshare = unshareCommand(lab, values, caller);
    const namespaces = Object.fromEntries(
      lab.isolates.map((type) => [type, before.namespaces[type]!]),
    );
    const command = [
      ...unshare,
      ...denoCommand(lab.script, [
        "--here",
        "--json",
        `--hold=${JSON.stringify({ namespaces, given } satisfies Orders)}`,
        ...Object.entries(values).map(([name, value]) => `--${name}=${value}`),
      ]),
    ];
    const held = await hold(command);
    try {
      const { view, tried, shared = [], failed } = held.report;
      if (failed !== undefined) {
        throw new Failure("Cannot set the scene inside", {
          tried: shellQuote(failed.command),
          said: failed.said,
          cause: "unknown",
        });
      }
      const outside = await look(lab, { unshare: held.pid, given });
      const evidence: AnyEvidence = {
        before,
        inside: view,
        outside: outside.view,
        peer: outside.peer,
        tried: { inside: tried, outside: outside.tried },
        values,
      };
      const claims = lab.claims(evidence);
      return { caller, command, evidence, claims, shared };
    } finally {
      await held.release();
    }
  } finally {
    prop?.close();
  }
}

/** The inside process, alive and waiting. */
interface Held {
  /** The unshare process. */
  pid: number;
  report: Report;
  release(): Promise<void>;
}

async function hold([program, ...args]: string[]): Promise<Held> {
  const child = spawn(program!, args);
  const line = await readLine(child.stdout);
  if (line === undefined) {
    const said = await new Response(child.stderr).text();
    const { code, signal } = await child.status;
    throw new Failure("Cannot create the namespaces", {
      tried: shellQuote([program!, ...args]),
      said: said.trim() || `(nothing: ${signal ?? `exit code ${code}`})`,
      cause: "unknown",
    });
  }
  return {
    pid: child.pid,
    report: JSON.parse(line),
    async release() {
      await child.stdin.close();
      await child.stderr.cancel();
      await child.status;
    },
  };
}

function spawn(program: string, args: string[]) {
  try {
    return new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Failure(`Cannot find ${program}`, {
      cause: `there is no ${program} on PATH`,
      remedy: "install util-linux",
    });
  }
}

/** The first line of a stream; undefined if it ends before one does. */
async function readLine(
  stream: ReadableStream<Uint8Array>,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
  }
  return undefined;
}
