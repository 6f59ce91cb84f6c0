/**
 * What a script says to itself when it runs itself again: a last argument that
 * no help text names, with JSON for a value or, where that is long, in the
 * environment. It is no command line of a person's, and does not pass through
 * the parser of those.
 *
 * @module
 */

import { UsageError } from "../cli/failure.ts";
import { print } from "../cli/output.ts";
import { printable } from "../cli/printable.ts";
import type { AnyLab } from "./lab.ts";

/** To be the inside of an experiment. */
export const HOLD = "--hold";

/** Where its orders are: on a command line they would fill the screen of ps. */
export const ORDERS = "NSLAB_ORDERS";

/** The name of an errand that takes a value. */
export type ErrandName = "look" | "facts" | "pass";

/** What to do by option; each prints its answer. */
const ERRANDS = {
  /** To look at /proc for a launcher that may not. */
  async look(lab, target) {
    const { lookHere } = await import("./look.ts");
    print(JSON.stringify(await lookHere(lab, target ?? undefined)));
  },
  /** To gather what may be the cause of a failure. */
  async facts(_, tried) {
    const { gatherFacts } = await import("../diagnosis/facts.ts");
    print(JSON.stringify(await gatherFacts(tried)));
  },
  /** To pass a signal on to the command inside. */
  async pass(_, passing) {
    const { passSignalHere } = await import("./pass_signal.ts");
    print(`${passSignalHere(passing)}`);
  },
  // deno-lint-ignore no-explicit-any -- each gets what its sender sent
} satisfies Record<ErrandName, (lab: AnyLab, value: any) => Promise<void>>;

/**
 * The argument that sends a script of ours on an errand.
 *
 * @param name What to do.
 * @param value What it takes; an object, a list or null.
 * @returns The argument.
 */
export function errandArgument(name: ErrandName, value: object | null): string {
  return `--${name}=${JSON.stringify(value)}`;
}

/**
 * Runs an errand, if the command line is one.
 *
 * @param lab The experiment.
 * @param args The command line.
 * @returns Whether it was one.
 * @throws {UsageError} If its value is not what a script says to itself.
 */
export async function runErrand(
  lab: AnyLab,
  args: readonly string[],
): Promise<boolean> {
  // What stands there is somebody else's command line.
  if (args.includes("--")) return false;
  const last = args.at(-1) ?? "";
  if (last === HOLD) {
    const { inside } = await import("./inside.ts");
    await inside(lab, parse(HOLD, Deno.env.get(ORDERS) ?? ""));
    return true;
  }
  const [, name, text] = /^--(\w+)=(.*)$/s.exec(last) ?? [];
  if (name === undefined || !Object.hasOwn(ERRANDS, name)) return false;
  await ERRANDS[name as ErrandName](lab, parse(`--${name}`, text!));
  return true;
}

// deno-lint-ignore no-explicit-any -- each gets what its sender sent
function parse(option: string, text: string): any {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object") return value;
  } catch {
    // Not JSON at all.
  }
  throw new UsageError(
    `${option} "${printable(text)}": this option is what the script says to ` +
      "itself, in JSON",
  );
}
