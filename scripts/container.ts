/**
 * A container from scratch: the namespaces together, and a root of its own.
 *
 * Run it: deno run --allow-run=deno,unshare scripts/container.ts
 *     or: deno run -A scripts/container.ts      (it looks at /proc by itself)
 * Read: man 7 namespaces, man 2 pivot_root, man 7 cgroups
 */

import { readCgroups } from "../lib/cgroups.ts";
import { confine } from "../lib/confine.ts";
import { containerClaims, ISOLATED } from "../lib/container_claims.ts";
import {
  containerOptions as options,
  type ContainerValues,
} from "../lib/container_options.ts";
import { containerBash, showContainer } from "../lib/container_text.ts";
import { prepareTrial, runTrial } from "../lib/container_tries.ts";
import { readInterfaces } from "../lib/interfaces.ts";
import { defineLab } from "../lib/lab.ts";
import { readLimits, readPlaces } from "../lib/limits.ts";
import { listDirectory } from "../lib/list_directory.ts";
import { readMounts } from "../lib/mountinfo.ts";
import * as root from "../lib/new_root.ts";
import { listProcesses } from "../lib/processes.ts";
import { runLab } from "../lib/run_lab.ts";
import { readSocketCount } from "../lib/sockets.ts";
import { readQueues } from "../lib/sysvipc.ts";
import { readUts } from "../lib/uts.ts";
import { parseVolumes } from "../lib/volumes.ts";

// From nothing to a root of its own. It runs inside, one command after another.
function act({ hostname, volume }: ContainerValues): string[][] {
  const volumes = parseVolumes(volume);
  const place = root.placeFor(volumes);
  return [
    // --uts: sethostname(2) renames this namespace and not the machine.
    ["hostname", hostname],
    // --net: a loopback device, which is down, and nothing else.
    root.upLoopback(),
    // --mount: an empty file system in memory becomes the root. It covers a
    // directory that is there already, for this mount namespace alone.
    ["mount", "-t", "tmpfs", "-o", "mode=755", root.SOURCE, place],
    ["mkdir", ...root.FOLDERS.map((name) => `${place}/${name}`)],
    // MS_BIND: the programs of the host, a second time, ...
    root.bindSystem(place),
    root.fillEtc(place),
    // ... and MS_REMOUNT | MS_RDONLY: to read, not to write.
    root.remountReadOnly(place),
    ["chmod", "1777", `${place}/tmp`],
    // --pid: a proc shows the processes of whoever mounts it. The kernel
    // wants to see one that hides nothing before it gives another.
    ["mount", "-t", "proc", "proc", `${place}/proc`],
    ["mount", "-t", "tmpfs", "-o", "mode=755", "dev", `${place}/dev`],
    root.fillDev(place),
    // MS_BIND once more: the way out, for those who ask for one.
    ...root.bindVolumes(place, volumes),
    // pivot_root(2): the new root comes up, the old one goes under it and is
    // unmounted. Processes that stood at the old root, we too, move along.
    root.pivot(place),
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
  }),

  show: showContainer,

  claims: containerClaims,

  bash: (unshare, values, before) =>
    containerBash(unshare, act(values), {
      values,
      places: before.limits,
    }),

  hints: [
    "ls /; findmnt         a root of your own, /usr to read, nothing else",
    "ps -e; ip addr        no process, no device of the host",
    "touch /usr/x          refused: Read-only file system",
    "echo hello >/file     goes with the container; a --volume stays",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
