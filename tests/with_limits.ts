/**
 * What the tests of limits share.
 *
 * @module
 */

import { readPlaces } from "../lib/kernel/limits.ts";
import { IS_ROOT, testAsRoot, testUnless } from "./harness.ts";

const CGROUPS = "/sys/fs/cgroup";

/** Why no control group can be made here; undefined where one can. */
export const NO_LIMITS: string | undefined = readPlaces()
  .find(({ folder }) => folder === "")?.reason;

/**
 * A test that sets limits: that takes root, and a hierarchy that allows it.
 *
 * @param name The test's name.
 * @param fn The test.
 */
export function testLimits(name: string, fn: () => Promise<void>): void {
  if (IS_ROOT) testUnless(NO_LIMITS, name, fn);
  else testAsRoot(name, fn);
}

/**
 * The control groups of ours that there are.
 *
 * @returns Their directories.
 */
export function groups(): string[] {
  const { stdout } = new Deno.Command("find", {
    args: [CGROUPS, "-type", "d", "-name", "nslab-*"],
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}
