/**
 * The host stays as it was, whichever half of an experiment is killed, with
 * whichever signal, at whichever moment.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { listDirectory } from "../lib/kernel/list_directory.ts";
import { NAMESPACES } from "../lib/kernel/namespaces.ts";
import { isGone } from "../lib/kernel/proc_error.ts";
import { IS_ROOT, marked, scriptCommand, until } from "./harness.ts";
import { groups } from "./with_limits.ts";

const LABS = [...NAMESPACES.map(({ lab }) => lab), "container"];
/** With limits, which only root can be sure to have: control groups to remove. */
const ARGS: Record<string, string[]> = {
  container: IS_ROOT ? ["--pids=50", "--memory=64M"] : [],
};
/** Milliseconds that a run takes on a slow machine. */
const LONGEST: Record<string, number> = { container: 250 };
const TIMES = 100;
/** What every process of a run has in its environment. */
const MARK = `NSLAB_KILL_TEST=${crypto.randomUUID()}`;

/** What of the host a script could have changed. */
function host(temporary: string): Record<string, unknown> {
  const read = (path: string) => Deno.readTextFileSync(path);
  return {
    hostname: read("/proc/sys/kernel/hostname"),
    domainname: read("/proc/sys/kernel/domainname"),
    mounts: read("/proc/self/mountinfo"),
    queues: read("/proc/sysvipc/msg"),
    files: [temporary, "/mnt", "/dev/shm"].map(listDirectory),
    groups: groups(),
    interfaces: read("/proc/net/dev").match(/^ *\S+:/gm),
  };
}

function pick<T>(choices: readonly T[]): T {
  return choices[Math.floor(Math.random() * choices.length)]!;
}

/** Whom a signal hits: the launcher, all as Ctrl-C does, or any one process. */
const TARGETS = ["launcher", "terminal", "any"] as const;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGKILL"] as const;

function hit(target: typeof TARGETS[number], signal: Deno.Signal, pid: number) {
  const victim = {
    launcher: () => pid,
    terminal: () => -pid,
    any: () => pick(marked(MARK)) ?? pid,
  }[target]();
  try {
    Deno.kill(victim, signal);
  } catch (error) {
    // It ended before the signal came: a moment like any other.
    if (!isGone(error)) throw error;
  }
}

/** Starts a run in a session of its own, as on a terminal of its own. */
function start(args: string[], temporary: string): Deno.ChildProcess {
  const [name, value] = MARK.split("=");
  return new Deno.Command("setsid", {
    args,
    env: { [name!]: value!, TMPDIR: temporary },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

Deno.test(`killed ${TIMES} times at random, nothing is left behind`, async () => {
  const temporary = Deno.makeTempDirSync();
  try {
    const before = host(temporary);
    for (let time = 0; time < TIMES; time++) {
      const lab = LABS[time % LABS.length]!;
      const target = pick(TARGETS);
      const signal = pick(SIGNALS);
      const moment = Math.random() * (LONGEST[lab] ?? 90);
      const child = start(scriptCommand(lab, ARGS[lab]), temporary);
      await new Promise((resolve) => setTimeout(resolve, moment));
      hit(target, signal, child.pid);
      await child.status;
      const run = `${lab}: ${signal} to ${target} after ${
        moment.toFixed(1)
      } ms`;
      await until(`${run}: all have ended`, () => marked(MARK).length === 0);
      assertEquals(host(temporary), before, run);
    }
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
});

/** What would run for a minute. */
const FOREVER = [
  ...LABS.map((lab) => [lab, "--shell=sleep 60"]),
  ["container", "--", "sleep", "60"],
];

Deno.test(`with its launcher killed ${TIMES} times, no program inside lives on`, async () => {
  const temporary = Deno.makeTempDirSync();
  try {
    const before = host(temporary);
    for (let time = 0; time < TIMES; time++) {
      const [lab, ...args] = FOREVER[time % FOREVER.length]!;
      const child = start(scriptCommand(lab!, args), temporary);
      const moment = Math.random() * 150;
      await new Promise((resolve) => setTimeout(resolve, moment));
      hit("launcher", "SIGKILL", child.pid);
      await child.status;
      const run = `${lab} ${args.join(" ")} after ${moment.toFixed(1)} ms`;
      await until(`${run}: all have ended`, () => marked(MARK).length === 0);
      assertEquals(host(temporary), before, run);
    }
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
});

Deno.test("a run that is left alone leaves nothing behind either", async () => {
  const temporary = Deno.makeTempDirSync();
  try {
    const before = host(temporary);
    for (const lab of LABS) {
      const { code } = await start(scriptCommand(lab, ARGS[lab]), temporary)
        .status;
      assertEquals(code, 0, lab);
      assertEquals(marked(MARK), [], lab);
      assertEquals(host(temporary), before, lab);
    }
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
});
