/**
 * Takes the evidence: outside before, inside, and outside again while the
 * inside process is alive and held on its stdin. That order is what makes it
 * proof rather than timing.
 *
 * @module
 */

import { denoCommand } from "../cli/deno_command.ts";
import type { Failure } from "../cli/failure.ts";
import { requirePermission } from "../cli/permissions.ts";
import {
  type Attempt,
  spawnPiped,
  whyNotStarted,
} from "../diagnosis/attempt.ts";
import type { Caller } from "../kernel/caller.ts";
import { FOR_DENO, FREE, tooTight, within } from "./confine.ts";
import { HOLD, ORDERS } from "./errand.ts";
import type { Orders, Report } from "./inside.ts";
import type { AnyLab, Claim, Evidence, Prop, Values } from "./lab.ts";
import { type Look, look } from "./look.ts";
import { unshareCommand } from "./unshare.ts";

/** Evidence of any lab. */
// deno-lint-ignore no-explicit-any -- see AnyLab
export type AnyEvidence = Evidence<any, any, any, any, any>;

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
  /** The lines of shell that set limits, none where there are none. */
  limits: readonly string[];
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
  const limits = await lab.confine?.(values, before) ?? FREE;
  let prop: Prop<unknown, unknown> | undefined;
  try {
    prop = await lab.prepare?.(values, limits.refused);
    const given = prop?.given ?? null;
    const unshare = unshareCommand(lab, values, caller);
    const namespaces = Object.fromEntries(
      lab.isolates.map((type) => [type, before.namespaces[type]!]),
    );
    const acts = lab.act?.(values, before) ?? [];
    const orders: Orders = { namespaces, acts, given };
    const program = denoCommand(lab.script, ["--here", "--json", HOLD]);
    const held = await hold(lab, within(limits, unshare), program, orders);
    const { view, tried, shared = [], failed } = held.report;
    let outside: Look;
    try {
      if (failed !== undefined) {
        throw await explain(lab, failed, "Cannot set the scene inside");
      }
      outside = await look(lab, { unshare: held.pid, given })
        .catch(async (error) => {
          throw await held.lost() ?? error;
        });
    } finally {
      await held.release();
    }
    const evidence: AnyEvidence = {
      before,
      inside: view,
      outside: outside.view,
      peer: outside.peer,
      tried: { inside: tried, outside: outside.tried },
      left: await prop?.left?.(),
      values,
      unlimited: limits.refused,
    };
    return {
      caller,
      command: [...within(limits, unshare), ...program],
      evidence,
      claims: lab.claims(evidence),
      limits: limits.steps,
      shared,
    };
  } catch (error) {
    throw tooTight(limits, error, FOR_DENO);
  } finally {
    await limits.close();
    await prop?.close();
  }
}

/** The inside process, alive and waiting. */
interface Held {
  /** The unshare process. */
  pid: number;
  report: Report;
  /** Lets it go, and says why it was gone already, if it was. */
  lost(): Promise<Failure | undefined>;
  release(): Promise<void>;
}

async function hold(
  lab: AnyLab,
  unshare: string[],
  program: string[],
  orders: Orders,
): Promise<Held> {
  const fail = async (said: string, signal?: Deno.Signal | null) => {
    const { describeScript } = await import("../cli/describe_command.ts");
    const command = [...unshare, ...describeScript(lab.script, unshare)];
    return await explain(lab, { command, said, signal: signal ?? undefined });
  };
  let child: Deno.ChildProcess;
  try {
    child = spawnPiped([...unshare, ...program], {
      env: { [ORDERS]: JSON.stringify(orders) },
    });
  } catch (error) {
    throw await fail(whyNotStarted(error));
  }
  const line = await readLine(child.stdout);
  if (line === undefined) {
    const said = await new Response(child.stderr).text();
    const { signal } = await child.status;
    throw await fail(said.trim(), signal);
  }
  const report = parseReport(line);
  if (report === undefined) throw await fail(line);
  let ended: Promise<Deno.CommandStatus> | undefined;
  const end = async () => {
    await child.stdin.close();
    return await child.status;
  };
  return {
    pid: child.pid,
    report,
    async lost() {
      // Of a process that was killed in there, unshare tells.
      const said = new Response(child.stderr).text();
      const { success, signal } = await (ended ??= end());
      return success ? undefined : await fail((await said).trim(), signal);
    },
    async release() {
      if (ended === undefined) await child.stderr.cancel();
      await (ended ??= end());
    },
  };
}

async function explain(
  lab: AnyLab,
  attempt: Attempt,
  message?: string,
): Promise<Failure> {
  const { diagnose } = await import("../diagnosis/diagnose.ts");
  return await diagnose(lab.script, attempt, message);
}

/** Undefined where something else spoke, as a wrapper of unshare may. */
function parseReport(line: string): Report | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
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
