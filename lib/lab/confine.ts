/**
 * A control group for the length of one run: what is to be limited joins it,
 * and in the end it is removed.
 *
 * @module
 */

import { type Cause, Failure } from "../cli/failure.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { keep } from "./keeper.ts";
import type { Controller, Place } from "../kernel/limits.ts";

/** The word of cgroups(7) for no limit. */
export const NO_LIMIT = "max";

/** The limits to set, in the words of the kernel. */
export type LimitValues = Readonly<Record<Controller, string>>;

/** Limits that are in force, or the reason why they are not. */
export interface Confinement {
  /** The lines of shell that made the groups, to show. */
  readonly steps: readonly string[];
  /** Why there are no limits though some were asked for. */
  readonly refused: string | undefined;
  /** What to put before a command line, for it to run within the limits. */
  readonly enter: readonly string[];
  /** Removes the groups; whoever is still in there is killed. */
  close(): Promise<void>;
}

/** No limits. */
export const FREE: Confinement = {
  steps: [],
  refused: undefined,
  enter: [],
  close: () => Promise.resolve(),
};

/** A process joins, and becomes what is to be limited. */
const JOIN = 'echo $$ >"$0/cgroup.procs" && exec "$@"';

// SIGKILL ends whoever is in there, but not at once, and a group that is not
// empty cannot be removed. The bound is for a process that cannot be killed,
// because it waits for a device.
const REMOVE = `for group; do
  tries=0
  while [ -d "$group" ] && ! rmdir "$group" 2>/dev/null; do
    kill -KILL $(cat "$group/cgroup.procs") 2>/dev/null || :
    tries=$((tries + 1))
    [ $tries -lt 5000 ] || break
  done
done`;

/** A process of a moment joins: so it is seen before all that this is allowed. */
const TRY = `for group; do sh -c 'echo $$ >"$0/cgroup.procs"' "$group"; done`;

/** What there is to do, before it is done. */
export interface Plan extends Omit<Confinement, "close"> {
  /** The directories of the groups. */
  readonly groups: readonly string[];
}

/**
 * Plans control groups with limits.
 *
 * @param values The limits.
 * @param places Where groups can be made.
 * @param name What to call them.
 * @returns What there is to do.
 */
export function planLimits(
  values: LimitValues,
  places: readonly Place[],
  name: string,
): Plan {
  const wanted = places.filter(({ controller }) =>
    values[controller] !== NO_LIMIT
  );
  const refused = wanted.find(({ folder }) => folder === "")?.reason;
  if (refused !== undefined) {
    return { steps: [], groups: [], enter: [], refused };
  }
  const groupOf = ({ folder }: Place) => `${folder}/${name}`;
  const groups = [...new Set(wanted.map(groupOf))];
  const steps = groups.flatMap((group) => [
    `mkdir ${shellQuote([group])}`,
    ...wanted.filter((place) => groupOf(place) === group)
      .flatMap(({ controller, file }) =>
        limitSteps(group, file, values[controller])
      ),
  ]);
  const enter = groups.flatMap((group) => ["sh", "-c", JOIN, group]);
  return { steps, groups, enter, refused };
}

/**
 * Makes control groups with limits.
 *
 * @param values The limits.
 * @param places Where groups can be made.
 * @returns What came of it.
 */
export async function confine(
  values: LimitValues,
  places: readonly Place[],
): Promise<Confinement> {
  const name = `nslab-${crypto.randomUUID().slice(0, 8)}`;
  const { steps, groups, enter, refused } = planLimits(values, places, name);
  if (refused !== undefined) return { ...FREE, refused };
  if (groups.length === 0) return FREE;
  const kept = await keep({
    make: [...steps, TRY],
    remove: REMOVE,
    words: groups,
  });
  if ("refused" in kept) return { ...FREE, refused: kept.refused };
  return { steps, refused, enter, close: kept.close };
}

/**
 * A command line that joins the groups first.
 *
 * @param confinement The limits.
 * @param command Program and arguments.
 * @returns The command line, longer if there are limits.
 */
export function within(
  { enter }: Pick<Confinement, "enter">,
  command: readonly string[],
): string[] {
  return enter.length === 0 ? [...command] : ["unshare", ...enter, ...command];
}

/** Whom limits are too tight for, and what to do about it. */
export type Tightness = Readonly<Required<Pick<Cause, "cause" | "remedy">>>;

/** The whole experiment runs Deno within the limits. */
export const FOR_DENO: Tightness = {
  cause: "the limits are too tight for Deno, which runs within them",
  remedy: "raise them, or run a command without Deno: -- CMD",
};

/** A command does without, but the scene is set within the limits, too. */
export const FOR_THE_SCENE: Tightness = {
  cause: "the limits are too tight to set the scene within them",
  remedy: "raise them",
};

/**
 * Names the limits as the cause where what runs within them was refused a thread
 * or a process (EAGAIN), or was killed.
 *
 * @param confinement The limits.
 * @param error What was thrown.
 * @param tightness What to say.
 * @returns What to throw.
 */
export function tooTight(
  { enter }: Confinement,
  error: unknown,
  tightness: Tightness,
): unknown {
  if (enter.length === 0 || !(error instanceof Failure)) return error;
  const { tried, said = "" } = error.detail;
  if (
    !/\(os error 11\)|unavailable|worker thread|SIGKILL|Killed|sigprocmask|Cannot fork/
      .test(said)
  ) {
    return error;
  }
  return new Failure(error.message, {
    ...tried === undefined ? {} : { tried },
    said,
    ...tightness,
  });
}

/** Swap would be a way around a limit of memory; not every kernel counts it. */
function limitSteps(group: string, file: string, value: string): string[] {
  const path = (name: string) => shellQuote([`${group}/${name}`]);
  const swap: Record<string, [string, string]> = {
    "memory.max": ["memory.swap.max", "0"],
    "memory.limit_in_bytes": ["memory.memsw.limit_in_bytes", value],
  };
  const [name, most] = swap[file] ?? [];
  return [
    `echo ${value} >${path(file)}`,
    ...name === undefined
      ? []
      : [`[ ! -e ${path(name)} ] || echo ${most} >${path(name)}`],
  ];
}
