/**
 * What this machine lets one create, found out by doing it: each lab's own
 * unshare command line, with the commands that set its scene, once as whoever
 * asks and, when that is root, once more as an ordinary user.
 *
 * @module
 */

import { type Attempt, attempt } from "./attempt.ts";
import { type Caller, readCaller } from "./caller.ts";
import { Case } from "./case.ts";
import { explainFailure } from "./diagnose.ts";
import { describeEnvironment } from "./environment.ts";
import { type Facts, gatherFacts } from "./facts.ts";
import type { AnyLab, Values } from "./lab.ts";
import { NAMESPACES } from "./namespaces.ts";
import { shellQuote, unshareCommand } from "./unshare.ts";

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
 * @returns What was found.
 */
export async function examine(labs: readonly AnyLab[]): Promise<Findings> {
  const caller = readCaller();
  const self: Side = { who: caller, as: [] };
  const [facts, own, other] = await Promise.all([
    gatherFacts([]),
    tryAll(labs, self),
    caller.privileged ? tryAll(labs, ordinaryUser(caller)) : undefined,
  ]);
  const untried = other === undefined ? null : other.untried;
  const checks = labs.map((lab, at) => {
    const rootless = caller.privileged ? other!.tries[at]! : own.tries[at]!;
    const root = caller.privileged ? own.tries[at]! : NOT_TRIED;
    const failed = [own.tries[at]!, rootless].find(({ result }) =>
      result === "fails"
    );
    return {
      namespace: lab.isolates.length === 1 ? lab.isolates[0]! : "all",
      result: own.tries[at]!.result as Check["result"],
      cause: failed?.cause ?? null,
      remedy: failed?.remedy ?? null,
      lab: lab.name,
      kernel: lab.isolates.every((type) => type in facts.namespaces),
      rootless: rootless.result,
      root: root.result,
    };
  });
  return { checks, ...describe(facts), untried };
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
  result: Result;
  cause?: string;
  remedy?: string | undefined;
}

const NOT_TRIED: Try = { result: "not tried" };

async function tryAll(
  labs: readonly AnyLab[],
  side: Side,
): Promise<{ tries: Try[]; untried: string | null }> {
  const failures = await Promise.all(labs.map((lab) => tryLab(lab, side)));
  const untried = failures.find((failed) =>
    /^setpriv: /.test(failed?.said ?? "")
  );
  if (untried !== undefined) {
    return { tries: labs.map(() => NOT_TRIED), untried: untried.said };
  }
  for (const [at, lab] of labs.entries()) {
    // Those that ran at the same time may have used up a limit together: a
    // failure counts when it happens alone.
    if (failures[at] !== undefined) failures[at] = await tryLab(lab, side);
  }
  const facts = failures.some((failed) => failed !== undefined)
    ? await gatherFacts(
      [
        ...side.who.privileged ? [] : ["--user"],
        ...NAMESPACES.map(({ flag }) => flag),
      ],
      side.as,
    )
    : undefined;
  return {
    tries: failures.map((failed) => {
      if (failed === undefined) return { result: "works" };
      const { cause, remedy } = explainFailure(facts!, failed);
      return { result: "fails", cause, remedy };
    }),
    untried: null,
  };
}

/** Undefined if it works. */
async function tryLab(
  lab: AnyLab,
  { who, as }: Side,
): Promise<Attempt | undefined> {
  const values = defaultsOf(lab);
  const unshare = unshareCommand(lab, values, who);
  const scene = [
    ...lab.isolates.map(refuse),
    ...(lab.act?.(values) ?? []).map((words) => `${shellQuote(words)} >&2`),
  ].join("\n");
  const failed = await attempt([...as, ...unshare, "sh", "-ec", scene]);
  // Whoever it was, the command is that of the lab.
  return failed && { ...failed, command: unshare };
}

/** What follows would change the host if the namespace were not a new one. */
function refuse(type: string): string {
  const link = Deno.readLinkSync(`/proc/self/ns/${type}`);
  return `[ "$(readlink /proc/self/ns/${type})" != '${link}' ]`;
}

function defaultsOf({ options = {} }: AnyLab): Values<string> {
  return Object.fromEntries(
    Object.entries<{ default: string }>(options)
      .map(([name, option]) => [name, option.default]),
  );
}

/** Under sudo it is whoever called it, else nobody. */
function ordinaryUser({ kernel }: Caller): Side {
  const uid = Deno.env.get("SUDO_UID") ?? NOBODY;
  const gid = Deno.env.get("SUDO_GID") ?? NOBODY;
  const as = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  return { who: { uid: Number(uid), privileged: false, kernel }, as };
}
