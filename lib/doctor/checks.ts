/**
 * What this machine lets one create, found out by doing it: each lab's own
 * unshare command line, with the commands that set its scene, once as whoever
 * asks and, when that is root, once more as an ordinary user.
 *
 * @module
 */

import { describePath } from "../cli/describe_command.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { type Attempt, attempt } from "../diagnosis/attempt.ts";
import { Case } from "../diagnosis/case.ts";
import { explainFailure } from "../diagnosis/diagnose.ts";
import { containerOf, describeEnvironment } from "../diagnosis/environment.ts";
import { type Facts, gatherFacts } from "../diagnosis/facts.ts";
import { type Caller, readCaller } from "../kernel/caller.ts";
import { type AnyLab, valuesOf } from "../lab/lab.ts";
import { isNew, unshareCommand } from "../lab/unshare.ts";
import { viewOf } from "../lab/view.ts";

/** What came of trying. */
export type Result = "works" | "fails" | "not tried";

/** What is known of one kind of namespace here. */
export interface Check {
  /** Its name in /proc/PID/ns; `all` for the container, which has all. */
  namespace: string;
  /** Whether its lab works for whoever asked. */
  result: "works" | "fails";
  /** Why the first of the two below that fails does so. */
  cause: string | null;
  /** What mends that. */
  remedy: string | null;
  /** The lab that was tried. */
  lab: string;
  /** Whether this kernel has it. */
  kernel: boolean;
  /** Whether an ordinary user may create it. */
  rootless: Result;
  /** Whether root may. */
  root: Result;
}

/** All that the doctor found. */
export interface Findings {
  /** One for each lab. */
  checks: Check[];
  /** Versions, for example `6.18.44`, `util-linux 2.38.1`, `2.9.6`. */
  versions: { kernel: string; unshare: string; deno: string };
  /** What kind of machine this is. */
  environment: string;
  /** Why an ordinary user could not be tried; null if one was. */
  untried: string | null;
  /** What to do so that root is tried, too; null if it was. */
  asRoot: string | null;
}

/** Somebody to try it as. */
interface Side {
  who: Caller;
  /** A command line that runs what follows as them. */
  as: string[];
}

// nobody(4): the one ordinary user that every machine has.
const NOBODY = "65534";

/**
 * Tries every lab.
 *
 * @param labs The labs.
 * @param script `import.meta.url` of the script that asks.
 * @returns What was found.
 */
export async function examine(
  labs: readonly AnyLab[],
  script: string,
): Promise<Findings> {
  const caller = readCaller();
  const self: Side = { who: caller, as: [] };
  const other = caller.privileged ? ordinaryUser(caller) : undefined;
  const [facts, own, others] = await Promise.all([
    gatherFacts([]),
    tryAll(labs, self),
    other && tryAll(labs, other),
  ]);
  const mine = await explainAll(labs, self, own);
  // The container's scene has a setpriv of its own: one alone says nothing.
  const refusals = others?.map((failed) =>
    /^setpriv: .*/.exec(failed?.said ?? "")?.[0]
  );
  const untried = refusals?.every((said) => said !== undefined)
    ? refusals[0] ?? null
    : null;
  const theirs = other === undefined || untried !== null
    ? undefined
    : await explainAll(labs, other, others!);
  const checks = labs.map((lab, at): Check => {
    const rootless = caller.privileged ? theirs?.[at] : mine[at];
    const root = caller.privileged ? mine[at] : undefined;
    const failed = [mine[at], rootless].find((tried) =>
      tried?.result === "fails"
    );
    return {
      namespace: lab.isolates.length === 1 ? lab.isolates[0]! : "all",
      result: mine[at]!.result,
      cause: failed?.cause ?? null,
      remedy: failed?.remedy ?? null,
      lab: lab.name,
      kernel: lab.isolates.every((type) => type in facts.namespaces),
      rootless: rootless?.result ?? "not tried",
      root: root?.result ?? "not tried",
    };
  });
  const asRoot = caller.privileged ? null : howAsRoot(caller, facts, script);
  return { checks, ...describe(facts), untried, asRoot };
}

function howAsRoot({ uid }: Caller, facts: Facts, script: string): string {
  if (uid !== 0) {
    const path = shellQuote([describePath(script)]);
    return `sudo "$(command -v deno)" run -A ${path}`;
  }
  // sudo gives back nothing that was taken from root.
  return containerOf(facts.files, facts.namespaces)?.remedy ??
    "run it where root has CAP_SYS_ADMIN, which was taken away here";
}

function describe(facts: Facts): Pick<Findings, "versions" | "environment"> {
  const nothing = new Case(facts, { command: [], said: "" });
  const { files, namespaces, unshare } = facts;
  return {
    versions: {
      kernel: nothing.file("/proc/sys/kernel/osrelease") ?? "unknown",
      unshare: /BusyBox v\S+|util-linux \S+|toybox \S+/.exec(unshare ?? "")
        ?.[0] ?? "no unshare",
      deno: Deno.version.deno,
    },
    environment: describeEnvironment(files, namespaces, nothing.inChroot),
  };
}

/** One lab, tried by one user. */
interface Try {
  result: "works" | "fails";
  cause?: string;
  remedy?: string | undefined;
}

/** Tries all at once; each is undefined if it works. */
function tryAll(
  labs: readonly AnyLab[],
  side: Side,
): Promise<(Attempt | undefined)[]> {
  return Promise.all(labs.map((lab) => tryLab(lab, side)));
}

/**
 * Finds the causes. Those that ran at the same time may have used up a limit
 * together, so a failure counts when it happens alone, too.
 */
async function explainAll(
  labs: readonly AnyLab[],
  side: Side,
  failures: readonly (Attempt | undefined)[],
): Promise<Try[]> {
  const alone: (Attempt | undefined)[] = [];
  for (const [at, failed] of failures.entries()) {
    alone.push(failed && await tryAgain(labs[at]!, side));
  }
  if (alone.every((failed) => failed === undefined)) {
    return alone.map(() => ({ result: "works" }));
  }
  const flags = alone.flatMap((failed) => failed?.command.slice(1) ?? []);
  const facts = await gatherFacts(flags, side.as);
  return alone.map((failed) =>
    failed === undefined
      ? { result: "works" }
      : { result: "fails", ...explainFailure(facts, failed) }
  );
}

// The kernel frees a namespace a little later than its last process ends.
const PATIENCE = 10;

/** Until it works, or it is not for want of room that it does not. */
async function tryAgain(
  lab: AnyLab,
  side: Side,
): Promise<Attempt | undefined> {
  for (let left = PATIENCE; left > 1; left--) {
    const failed = await tryLab(lab, side);
    if (!/No space left on device/.test(failed?.said ?? "")) return failed;
  }
  return await tryLab(lab, side);
}

/** Undefined if it works. */
async function tryLab(
  lab: AnyLab,
  { who, as }: Side,
): Promise<Attempt | undefined> {
  const values = valuesOf(lab);
  const view = viewOf(lab);
  const unshare = unshareCommand(lab, values, who);
  const scene = [
    // What follows would change the host if the namespace were not a new one.
    ...lab.isolates.map((type) =>
      `${isNew(type, view.namespaces[type])} || exit`
    ),
    ...(lab.act?.(values, view) ?? []).map((words) =>
      `${shellQuote(words)} </dev/null >&2`
    ),
  ].join("\n");
  const failed = await attempt([...as, ...unshare, "sh", "-ec", scene]);
  // Whoever it was, the command is that of the lab.
  return failed && { ...failed, command: unshare };
}

/** Under sudo it is whoever called it, unless that was root, too; else nobody. */
function ordinaryUser({ kernel }: Caller): Side {
  const caller = Deno.env.get("SUDO_UID");
  const [uid, gid] = Number(caller) > 0
    ? [caller, Deno.env.get("SUDO_GID") ?? NOBODY]
    : [NOBODY, NOBODY];
  const as = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  return { who: { uid: Number(uid), privileged: false, kernel }, as };
}
