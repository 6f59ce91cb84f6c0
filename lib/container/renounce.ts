/**
 * Root of a container that root made is root of the machine, as far as user ids
 * go: what makes the difference are capabilities. Without those that it could
 * undo the container with, capabilities(7), root in there can neither mount nor
 * make devices, whatever it executes: they leave the bounding set, which no
 * process gets out of. The few that stay are those that Docker leaves, save
 * CAP_MKNOD.
 *
 * @module
 */

import { PLAIN_WORDS } from "../diagnosis/attempt.ts";
import { CAPABILITIES, type Capability } from "../kernel/capabilities.ts";
import { sh } from "./sh.ts";

const KEPT = [
  ...["chown", "dac_override", "fowner", "fsetid", "setfcap"],
  ...["setuid", "setgid", "setpcap", "kill", "audit_write"],
  ...["net_bind_service", "net_raw", "sys_chroot"],
];

/** What to put before a program, for it to have these capabilities only. */
export const RENOUNCE: readonly string[] = [
  "setpriv",
  `--bounding-set=-all,${KEPT.map((name) => `+${name}`).join()}`,
  "--inh-caps=-all",
];

/** The same as a mask, one bit each: capability.h of the kernel. */
const MASK = KEPT
  .map((name) =>
    CAPABILITIES.indexOf(`CAP_${name.toUpperCase()}` as Capability)
  )
  .reduce((mask, bit) => mask | 1n << BigInt(bit), 0n).toString(16);

/**
 * Fails where a program started with {@linkcode RENOUNCE} would keep more: who
 * lacks CAP_SETPCAP cannot give up others, and setpriv does not say so.
 */
export const CHECK_RENOUNCE: string[] = [
  ...RENOUNCE,
  ...sh(
    "while read -r name value; do " +
      `[ "$name" = CapBnd: ] && [ $((0x$value & ~0x${MASK})) = 0 ] && exit; ` +
      "done </proc/self/status; " +
      "echo 'these capabilities cannot be given up' >&2; exit 1",
  ),
];

/** How root would undo it; each changes nothing if it should succeed. */
const WAYS: readonly (readonly [string, readonly string[]])[] = [
  ["remount /usr", ["mount", "-n", "-o", "remount,bind,rw", "/usr"]],
  ["mknod a disk", ["mknod", "/tmp/nslab-disk", "b", "8", "0"]],
  [
    "write to /proc/sys",
    sh(
      'value=$(cat "$1") && echo "$value" >"$1"',
      "/proc/sys/kernel/panic",
    ),
  ],
  ["chmod /dev/null", sh('chmod "$(stat -c %a "$1")" "$1"', "/dev/null")],
];

/** One way, and what came of it: "ok", or what was said. */
export type Undoing = [way: string, said: string];

/**
 * Tries to undo the container, as a program in there could.
 *
 * @param renounce What is put before a program.
 * @returns What came of each way.
 */
export async function tryToUndo(
  renounce: readonly string[] = RENOUNCE,
): Promise<Undoing[]> {
  return await Promise.all(
    WAYS.map(async ([way, command]): Promise<Undoing> => [
      way,
      await run([...renounce, ...command]),
    ]),
  );
}

async function run([program, ...args]: string[]): Promise<string> {
  const { success, stderr } = await new Deno.Command(program!, {
    args,
    env: PLAIN_WORDS,
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return "ok";
  const [said] = new TextDecoder().decode(stderr).trim().split("\n");
  return /([^:]*?)\.?$/.exec(said!)![1]!.trim();
}

/**
 * Whether what was said is the kernel's refusal, and not, for example, that a
 * program is missing.
 *
 * @param said What was said.
 * @returns True if it is.
 */
export function isRefusal(said: string): boolean {
  return /^(permission denied|operation not permitted|read-only file system)/i
    .test(said);
}
