/**
 * A pid namespace: its processes have numbers of their own, starting at 1.
 *
 * Run it: deno run --allow-run=deno,unshare scripts/pid.ts
 *     or: deno run -A scripts/pid.ts            (it looks at /proc by itself)
 * Read: man 7 pid_namespaces
 */

import { table } from "../lib/cli/table.ts";
import { listProcesses } from "../lib/kernel/processes.ts";
import { readStatus } from "../lib/kernel/status.ts";
import { claim, defineLab, separate } from "../lib/lab/lab.ts";
import { runLab } from "../lib/lab/run_lab.ts";

export const lab = defineLab({
  name: "pid",
  shows: "A process that is pid 1, sees only itself, and has two pids",
  script: import.meta.url,

  isolates: ["pid"],

  // A process never changes its own pid, so --pid only takes effect for the
  // next child: --fork makes that child. (So would --kill-child, which nslab
  // always adds.) /proc still shows the old numbers until a /proc of the new
  // namespace is mounted over it: --mount-proc.
  flags: () => ["--pid", "--fork", "--mount-proc"],

  // What one process can see. This runs outside and inside.
  observe() {
    return { pid: Deno.pid, processes: listProcesses() };
  },

  show({ pid, processes }, rows) {
    const me = processes.findIndex((process) => process.pid === pid);
    const list = table(
      ["NAME", "PID"],
      processes.map(({ name, pid }) => [name, pid]),
      rows,
      // Myself, and who started with me: unshare and the inside among them.
      (at) => Math.abs(at - me) <= 3,
    );
    return `My pid is ${pid}\n\nPIDS\n${list}`;
  },

  // Seen from outside, the same process has an ordinary number, and the kernel
  // tells both: one for each pid namespace that it is visible in.
  inspect(pid) {
    return { nsPid: readStatus(pid).nsPid };
  },

  claims({ inside, outside, peer: { nsPid }, ...rest }) {
    const alone = inside.processes.map(({ pid }) => pid).join() === "1";
    return [
      separate("pid", { inside, outside, ...rest }),
      claim("My pid is 1", inside.pid === 1, `inside, my pid is ${inside.pid}`),
      claim(
        "I see only myself",
        alone && outside.processes.length > 1,
        `/proc lists ${inside.processes.length} inside, ` +
          `${outside.processes.length} outside`,
      ),
      claim(
        "One process has two pids",
        nsPid.length > 1 && nsPid.at(-1) === 1 && nsPid.at(-2) !== 1,
        `/proc/${nsPid.at(-2)}/status outside, NSpid: ${nsPid.join(" ")}`,
      ),
    ];
  },

  bash: (unshare) =>
    `echo "outside, my pid is $$"
ps -e -o pid,comm
${unshare} sh -c '
  echo "inside, my pid is $$"
  ps -e -o pid,comm
'`,

  hints: [
    "echo $$           1: this shell is the init of its pid namespace",
    "ps -e             only what was started in here",
    "kill -9 $$        nothing happens: the kernel protects pid 1 from its own",
    "sleep 99 & exit   when pid 1 ends, everything in here is killed",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
