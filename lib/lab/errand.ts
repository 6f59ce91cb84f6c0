/**
 * What a script says to itself when it runs itself again: a last argument with
 * JSON for a value, which no help text names. It is no command line of a
 * person's, and does not pass through the parser of those.
 *
 * @module
 */

import { UsageError } from "../cli/failure.ts";
import { print } from "../cli/output.ts";
import { printable } from "../cli/printable.ts";
import type { AnyLab } from "./lab.ts";

/** The name of an errand. */
export type ErrandName = "hold" | "look" | "facts" | "pass";

/** What to do by option; each prints its answer. */
const ERRANDS = {
  /** To be the inside of an experiment. */
  async hold(lab, orders) {
    const { inside } = await import("./inside.ts");
    await inside(lab, orders);
  },
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
  const [, name, text] = /^--(\w+)=(.*)$/s.exec(args.at(-1) ?? "") ?? [];
  if (name === undefined || !Object.hasOwn(ERRANDS, name)) return false;
  // What stands there is somebody else's command line.
  if (args.includes("--")) return false;
  await ERRANDS[name as ErrandName](lab, parse(name, text!));
  return true;
}

function parse(name: string, text: string): object | null {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object") return value;
  } catch {
    // Not JSON at all.
  }
  throw new UsageError(
    `--${name} "${printable(text)}": this option is what the script says to ` +
      "itself, in JSON",
  );
}
