/**
 * Looking from outside: what this process sees, what it may do, and what /proc
 * tells it of the inside process. Without permission for /proc a child of ours
 * takes the same look, and sends it as one JSON document.
 *
 * @module
 */

import { denoCommand, requireDeno } from "../cli/deno_command.ts";
import { hasAll } from "../cli/permissions.ts";
import { type Caller, readCaller } from "../kernel/caller.ts";
import { findChild } from "../kernel/find_child.ts";
import { errandArgument } from "./errand.ts";
import type { AnyLab, View } from "./lab.ts";
import { viewOf } from "./view.ts";

/** What to look at beside oneself. */
export interface Target {
  /** The unshare process, as its parent numbers it. */
  unshare: number;
  /** What the attempts need to know; nothing is attempted without. */
  given?: unknown;
}

/** What was seen. */
export interface Look {
  /** Who looked. */
  caller: Caller;
  /** What it sees. */
  view: View<object>;
  /** The inside process, as /proc numbers it. */
  inside?: number;
  /** What /proc says of the inside process. */
  peer?: unknown;
  /** What came of the attempts. */
  tried?: unknown;
}

/**
 * Looks with this process's own eyes.
 *
 * @param lab The experiment.
 * @param target The inside process, when there is one.
 * @returns What was seen.
 */
export async function lookHere(
  lab: AnyLab,
  target?: Target,
): Promise<Look> {
  const look: Look = { caller: readCaller(), view: viewOf(lab) };
  if (target === undefined) return look;
  if ("given" in target) look.tried = await lab.attempt?.(target.given, false);
  look.inside = findChild(target.unshare);
  look.peer = lab.inspect?.(look.inside);
  return look;
}

/**
 * Looks, or has a child look where this process may not read /proc.
 *
 * @param lab The experiment.
 * @param target The inside process, when there is one.
 * @returns What was seen.
 * @throws {Deno.errors.NotCapable} If this process may run no such child.
 * @throws {Failure} If the child could not look.
 */
export async function look(lab: AnyLab, target?: Target): Promise<Look> {
  if (hasAll()) return lookHere(lab, target);
  requireDeno();
  const [program, ...args] = denoCommand(lab.script, [
    errandArgument("look", target ?? null),
  ]);
  const { code, signal, stdout, stderr } = await new Deno.Command(program!, {
    args,
  }).output();
  if (code === 0) return JSON.parse(new TextDecoder().decode(stdout));
  const said = new TextDecoder().decode(stderr).trim();
  const { diagnose } = await import("../diagnosis/diagnose.ts");
  throw await diagnose(
    lab.script,
    { command: [program!, ...args], said, signal: signal ?? undefined },
    "Cannot look at /proc",
  );
}
