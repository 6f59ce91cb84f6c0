/**
 * Takes the evidence: outside before, inside, and outside again while the
 * inside process is alive and held on its stdin. That order is what makes it
 * proof rather than timing.
 *
 * @module
 */

import { type Attempt, PLAIN_WORDS } from "./attempt.ts";
import type { Caller } from "./caller.ts";
import { denoCommand } from "./deno_command.ts";
import { describeScript } from "./describe_command.ts";
import type { Failure } from "./failure.ts";
import type { Orders, Report } from "./inside.ts";
import type { AnyLab, Claim, Evidence, Values } from "./lab.ts";
import { look } from "./look.ts";
import { requirePermission } from "./permissions.ts";
import { unshareCommand } from "./unshare.ts";

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
    const program = denoCommand(lab.script, [
      "--here",
      "--json",
      `--hold=${JSON.stringify({ namespaces, given } satisfies Orders)}`,
      ...Object.entries(values).map(([name, value]) => `--${name}=${value}`),
    ]);
    const held = await hold(lab, unshare, program);
    try {
      const { view, tried, shared = [], failed } = held.report;
      if (failed !== undefined) {
        throw await explain(lab, failed, "Cannot set the scene inside");
      }
      const outside = await look(lab, { unshare: held.pid, given })
        .catch(async (error) => {
          throw await held.lost() ?? error;
        });
      const evidence: AnyEvidence = {
        before,
        inside: view,
        outside: outside.view,
        peer: outside.peer,
        tried: { inside: tried, outside: outside.tried },
        values,
      };
      const claims = lab.claims(evidence);
      const command = [...unshare, ...program];
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
  /** Lets it go, and says why it was gone already, if it was. */
  lost(): Promise<Failure | undefined>;
  release(): Promise<unknown>;
}

async function hold(
  lab: AnyLab,
  unshare: string[],
  program: string[],
): Promise<Held> {
  const fail = (said: string, signal?: Deno.Signal | null) => {
    const command = [...unshare, ...describeScript(lab.script)];
    return explain(lab, { command, said, signal: signal ?? undefined });
  };
  const child = spawn([...unshare, ...program]);
  if (child === undefined) throw await fail(`${unshare[0]}: not found`);
  const line = await readLine(child.stdout);
  if (line === undefined) {
    const said = await new Response(child.stderr).text();
    const { signal } = await child.status;
    throw await fail(said.trim(), signal);
  }
  let ended: Promise<Deno.CommandStatus> | undefined;
  const end = async () => {
    await child.stdin.close();
    await child.stderr.cancel();
    return await child.status;
  };
  const release = () => ended ??= end();
  return {
    pid: child.pid,
    report: JSON.parse(line),
    release,
    async lost() {
      const { signal } = await release();
      return signal === null ? undefined : await fail("", signal);
    },
  };
}

/** Undefined where there is no such program. */
function spawn([program, ...args]: string[]) {
  try {
    return new Deno.Command(program!, {
      args,
      env: PLAIN_WORDS,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function explain(
  lab: AnyLab,
  attempt: Attempt,
  message?: string,
): Promise<Failure> {
  const { diagnose } = await import("./diagnose.ts");
  return await diagnose(lab.script, attempt, message);
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
