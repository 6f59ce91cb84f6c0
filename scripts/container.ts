/**
 * A container from scratch: the namespaces together, and a root of its own.
 *
 * Run it: deno run --allow-run=deno,unshare scripts/container.ts
 *     or: deno run -A scripts/container.ts      (it looks at /proc by itself)
 * Read: man 7 namespaces, man 2 pivot_root, man 7 cgroups
 */

import { containerClaims, ISOLATED } from "../lib/container/claims.ts";
import * as root from "../lib/container/new_root.ts";
import {
  containerOptions as options,
  type ContainerValues,
} from "../lib/container/options.ts";
import { CHECK_RENOUNCE, RENOUNCE } from "../lib/container/renounce.ts";
import {
  containerBash,
  type ContainerView,
  showContainer,
} from "../lib/container/text.ts";
import { prepareTrial, runTrial } from "../lib/container/tries.ts";
import { parseVolumes } from "../lib/container/volumes.ts";
import { readCgroups } from "../lib/kernel/cgroups.ts";
import { readInterfaces } from "../lib/kernel/interfaces.ts";
import { listDirectory } from "../lib/kernel/list_directory.ts";
import { readMounts } from "../lib/kernel/mountinfo.ts";
import { listProcesses } from "../lib/kernel/processes.ts";
import { readSocketCount } from "../lib/kernel/sockets.ts";
import { readQueues } from "../lib/kernel/sysvipc.ts";
import { readUts } from "../lib/kernel/uts.ts";
import { confine } from "../lib/lab/confine.ts";
import { defineLab } from "../lib/lab/lab.ts";
import {
  hasMetMemoryLimit,
  readLimits,
  readPlaces,
} from "../lib/kernel/limits.ts";
import { runLab } from "../lib/lab/run_lab.ts";

// From nothing to a root of its own. It runs inside, one command after another.
function act(
  { hostname, volume }: ContainerValues,
  before: ContainerView,
): string[][] {
  const volumes = parseVolumes(volume);
  const place = root.placeFor(volumes, before.files);
  return [
    // --uts: sethostname(2) renames this namespace and not the machine.
    ["hostname", hostname],
    // --net: a loopback device, which is down, and nothing else.
    root.upLoopback(),
    // --mount: an empty file system in memory becomes the root. It covers a
    // directory that is there already, for this mount namespace alone.
    ["mount", "-t", "tmpfs", "-o", "mode=755", root.SOURCE, place],
    ["mkdir", ...root.FOLDERS.map((name) => `${place}/${name}`)],
    // MS_BIND: the programs of the host, a second time.
    root.bindSystem(place),
    root.fillEtc(place),
    ["chmod", "1777", `${place}/tmp`],
    // --pid: a proc shows the processes of whoever mounts it. The kernel
    // wants to see one that hides nothing before it gives another.
    ["mount", "-t", "proc", "proc", `${place}/proc`],
    root.coverProc(place),
    ["mount", "-t", "tmpfs", "-o", "mode=755", "dev", `${place}/dev`],
    root.fillDev(place),
    // MS_BIND once more: the way out, for those who ask for one.
    ...root.bindVolumes(place, volumes),
    // MS_REMOUNT | MS_RDONLY: what is the host's is to read, not to write.
    root.remountReadOnly(place, volumes),
    root.ownTerminals(place),
    // pivot_root(2): the new root comes up, the old one goes under it and is
    // unmounted. Processes that stood at the old root, we too, move along.
    root.pivot(place),
    // PR_CAPBSET_DROP: programs start without the power to undo any of this.
    CHECK_RENOUNCE,
  ];
}

export const lab = defineLab({
  name: "container",
  shows: "A container: the namespaces together, and a root of its own",
  script: import.meta.url,
  options,
  runsCommands: true,

  isolates: ISOLATED,

  // Whoever stands in the old root when it goes keeps a way back: --wd=/.
  flags: () => [
    ...["--mount", "--uts", "--ipc", "--net", "--cgroup"],
    ...["--pid", "--fork", "--wd=/"],
  ],

  // Limits are no namespace. A control group is made first, and joined before
  // unshare --cgroup, so that inside it is the root of all.
  confine: (values, before) => confine(values, before.limits),

  act,
  env: { HOME: "/root" },
  renounce: RENOUNCE,

  // What one process can see. This runs outside and inside.
  observe: () => ({
    pid: Deno.pid,
    processes: listProcesses(),
    hostname: readUts().hostname,
    files: listDirectory("/"),
    mounts: readMounts(),
    interfaces: readInterfaces(),
    sockets: readSocketCount(),
    queues: readQueues().map(({ id }) => id),
    cgroups: readCgroups(),
    limits: readPlaces(),
  }),

  // Inside: write to / and to /usr, make a queue, and strain the limits.
  prepare: prepareTrial,
  attempt: runTrial,

  // The same process, as the outside sees it through /proc.
  inspect: (pid) => ({
    pid,
    files: listDirectory(`/proc/${pid}/root`),
    mounts: readMounts(pid),
    cgroups: readCgroups(pid),
    limits: readLimits(pid),
    metMemoryLimit: hasMetMemoryLimit(pid),
  }),

  show: showContainer,

  claims: containerClaims,

  bash: (unshare, values, before) =>
    containerBash(unshare, act(values, before), {
      values,
      places: before.limits,
    }),

  hints: [
    "ls /; findmnt         a root of your own, /usr to read, nothing else",
    "ps -e; ip addr        no process, no device of the host",
    "touch /usr/x          refused: Read-only file system",
    "umount /usr           refused: this root has not the capability",
    "echo hello >/file     goes with the container; a --volume stays",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
