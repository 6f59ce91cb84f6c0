/**
 * The inside half of an experiment. It finds its orders in the environment, makes
 * sure that it is isolated, sets the scene, looks, reports in one line of JSON,
 * and holds still until its stdin closes, so that the outside can look around
 * while it is alive. When the launcher dies, however it dies, the pipe closes
 * too.
 *
 * @module
 */

import { print } from "../cli/output.ts";
import { printableJson } from "../cli/printable.ts";
import { isNotStarted, whyNotStarted } from "../diagnosis/attempt.ts";
import { type NsLinks, readNsLinks } from "../kernel/ns_links.ts";
import type { AnyLab, View } from "./lab.ts";
import { viewOf } from "./view.ts";

/** What the launcher tells the inside. */
export interface Orders {
  /** The links that the launcher saw for the namespaces that must be new. */
  namespaces: NsLinks;
  /** The commands that set the scene. */
  acts: string[][];
  /** What the attempts need to know. */
  given: unknown;
}

/** What the inside tells the launcher. */
export interface Report {
  /** What it saw. */
  view: View<object>;
  /** What came of the attempts. */
  tried?: unknown;
  /** The namespaces that are not new: it did nothing. */
  shared?: string[];
  /** The command that failed while it set the scene, and what it said. */
  failed?: { command: string[]; said: string };
}

/**
 * Runs the inside half.
 *
 * @param lab The experiment.
 * @param orders What the launcher said.
 * @returns When the launcher has let go.
 */
export async function inside(lab: AnyLab, orders: Orders): Promise<void> {
  print(printableJson(await report(lab, orders)));
  // A pipe: this returns 0 bytes when its last writer is gone.
  while (Deno.stdin.readSync(new Uint8Array(16)));
}

async function report(
  lab: AnyLab,
  { namespaces, acts, given }: Orders,
): Promise<Report> {
  const own = readNsLinks();
  // What was not seen outside cannot be told from it either.
  const shared = lab.isolates.filter((type) =>
    namespaces[type] === undefined || own[type] === namespaces[type]
  );
  if (shared.length > 0) {
    const tried = await lab.attempt?.(given, false);
    return { view: viewOf(lab), tried, shared };
  }
  for (const command of acts) {
    const said = run(command);
    if (said !== undefined) {
      return { view: viewOf(lab), failed: { command, said } };
    }
  }
  const view = viewOf(lab);
  try {
    return { view, tried: await lab.attempt?.(given, true) };
  } catch (error) {
    if (!isNotStarted(error)) throw error;
    return { view, failed: { command: [], said: whyNotStarted(error) } };
  }
}

/** Runs a command; what it said, if it failed. */
function run([program, ...args]: string[]): string | undefined {
  try {
    const { success, stderr } = new Deno.Command(program!, {
      args,
      // The scene may have covered the folder that we stand in.
      cwd: "/",
      stdin: "null",
    }).outputSync();
    return success ? undefined : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    return whyNotStarted(error);
  }
}
