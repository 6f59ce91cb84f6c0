/**
 * A cgroup namespace: the control group of its first process is its root, "/".
 *
 * Run it: deno run --allow-run=deno,unshare scripts/cgroup.ts
 *     or: deno run -A scripts/cgroup.ts         (it looks at /proc by itself)
 * Read: man 7 cgroup_namespaces, man 7 cgroups
 */

import { table } from "../lib/cli/table.ts";
import { type Cgroup, readCgroups } from "../lib/kernel/cgroups.ts";
import { claim, defineLab, separate } from "../lib/lab/lab.ts";
import { runLab } from "../lib/lab/run_lab.ts";

const nameOf = ({ hierarchy, controllers }: Cgroup): string =>
  hierarchy === 0 ? "v2" : controllers.join(",");

const list = (cgroups: Cgroup[]): string =>
  cgroups.map((cgroup) => `${nameOf(cgroup)} ${cgroup.path}`)
    .join(", ");

export const lab = defineLab({
  name: "cgroup",
  shows: "A control group that calls itself the root of all of them",
  script: import.meta.url,

  isolates: ["cgroup"],
  flags: () => ["--cgroup"],

  // What one process can see. This runs outside and inside.
  observe() {
    return { cgroups: readCgroups() };
  },

  show({ cgroups }, rows) {
    return table(
      ["HIERARCHY", "CONTROLLERS", "PATH"],
      cgroups.map((cgroup) => [cgroup.hierarchy, nameOf(cgroup), cgroup.path]),
      rows,
    );
  },

  // The same process, in the words of the outside.
  inspect(pid) {
    return { pid, cgroups: readCgroups(pid) };
  },

  claims({ inside, outside, peer }) {
    const inHierarchy = (cgroups: Cgroup[], { hierarchy }: Cgroup) =>
      cgroups.find((cgroup) => cgroup.hierarchy === hierarchy);
    // Where the path is "/" outside as well there is nothing to hide.
    const real = peer.cgroups.filter(({ path }) => path !== "/");
    const own = real.flatMap((cgroup) =>
      inHierarchy(inside.cgroups, cgroup) ?? []
    );
    const hidden = own.length === real.length &&
      own.every(({ path }) => path === "/");
    const stayed = real.every((cgroup) =>
      inHierarchy(outside.cgroups, cgroup)?.path === cgroup.path
    );
    const undecided = real.length === 0 &&
      `the path is "/" outside, too, in each of ` +
        `${peer.cgroups.length} hierarchies`;
    return [
      separate("cgroup", { inside, outside }),
      claim(
        "Inside, the path of the control group is /",
        hidden,
        `/proc/self/cgroup inside: ${list(own)}`,
        undecided,
      ),
      claim(
        "The outside sees the real path",
        hidden,
        `/proc/${peer.pid}/cgroup outside: ${list(real)}`,
        undecided,
      ),
      claim(
        "It hides the path and limits nothing",
        hidden && stayed,
        stayed
          ? "the process is in the same control groups as the outside: " +
            "their limits bind it as before, and there is no new one"
          : `the outside is elsewhere: ${list(outside.cgroups)}`,
        undecided,
      ),
    ];
  },

  bash: (unshare) =>
    `cat /proc/self/cgroup
${unshare} sh -c '
  cat /proc/self/cgroup
'`,

  hints: [
    "cat /proc/self/cgroup    your control groups: / in every hierarchy",
    "cat /proc/1/cgroup       others look to be beside or above you: /..",
    "ls /sys/fs/cgroup        still the whole tree: it was mounted outside",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
