/**
 * An IPC namespace: System V queues, semaphores and shared memory of its own.
 *
 * Run it: deno run --allow-run=deno,unshare scripts/ipc.ts
 *     or: deno run -A scripts/ipc.ts            (it looks at /proc by itself)
 * Read: man 7 ipc_namespaces, man 7 sysvipc
 */

import { table } from "../lib/cli/table.ts";
import { type Queue, readQueues } from "../lib/kernel/sysvipc.ts";
import { claim, defineLab, separate } from "../lib/lab/lab.ts";
import { runLab } from "../lib/lab/run_lab.ts";

const same = (a: Queue) => (b: Queue): boolean =>
  a.id === b.id && a.key === b.key;

// As ipcs -q shows a key.
const hex = (key = 0): string =>
  `0x${(key >>> 0).toString(16).padStart(8, "0")}`;

const list = (queues: Queue[]): string =>
  queues.length > 3
    ? `${queues.length} queues`
    : queues.map(({ id, key }) => `${id} (key ${hex(key)})`).join(", ") ||
      "none";

export const lab = defineLab({
  name: "ipc",
  shows: "A message queue that exists inside and nowhere else",
  script: import.meta.url,

  isolates: ["ipc"],
  flags: () => ["--ipc"],

  // Outside, a queue outlives its maker. This one dies with the namespace.
  act: () => [["ipcmk", "--queue"]],

  // What one process can see. This runs outside and inside.
  observe() {
    return { queues: readQueues().map(({ id }) => id) };
  },

  // Ids are small numbers and may be equal by chance; keys are random.
  attempt() {
    return { queues: readQueues() };
  },

  show({ queues }, rows) {
    if (queues.length === 0) return "no message queues";
    return table(["MESSAGE QUEUE ID"], queues.map((id) => [id]), rows);
  },

  claims({ inside, outside, tried }) {
    const own = tried.inside.queues;
    const others = tried.outside.queues;
    const seen = `inside: ${list(own)}; outside: ${list(others)}`;
    const mine = own.find(({ id }) => others.some((queue) => queue.id === id));
    const other = others.find(({ id }) => id === mine?.id);
    const hint = 'make some with "ipcmk -Q", and run this again ' +
      '("ipcrm -q ID" removes them)';
    return [
      separate("ipc", { inside, outside }),
      claim(
        "A queue made inside exists only there",
        own.length === 1 && !others.some(same(own[0]!)),
        seen,
      ),
      claim(
        "The queues of the outside do not exist inside",
        !others.some((queue) => own.some(same(queue))),
        seen,
        others.length === 0 && `there are none outside: ${hint}`,
      ),
      claim(
        "One id is two queues, one on each side",
        mine?.key !== other?.key,
        `queue ${mine?.id} has the key ${hex(mine?.key)} inside and ` +
          `${hex(other?.key)} outside`,
        mine === undefined &&
          `no id is in use on both sides: ${
            others.length === 0 ? "there are none outside" : "that is chance"
          }`,
      ),
    ];
  },

  bash: (unshare) =>
    `cat /proc/sysvipc/msg
${unshare} sh -c '
  ipcmk --queue
  cat /proc/sysvipc/msg
'
cat /proc/sysvipc/msg`,

  hints: [
    "ipcs -q          the queues of this namespace; outside it shows others",
    "ipcmk -Q         makes one more; all are gone when you leave",
    "ipcs -m          no shared memory either: not even that of a desktop",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
