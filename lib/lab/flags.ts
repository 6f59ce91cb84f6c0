/**
 * What each option of unshare(1) that the labs use asks of the kernel, what
 * happens without it, and what learners stumble over.
 *
 * @module
 */

import { NAMESPACES } from "../kernel/namespaces.ts";

/** What is known of one option. */
export interface FlagNote {
  /** What it asks of the kernel. */
  readonly asks: string;
  /** What happens without it. */
  readonly without: string;
  /** What people get wrong. */
  readonly mistakes?: readonly string[];
  /** What to read next. */
  readonly read: string;
}

/** The notes on the namespaces' own options; NAMESPACES has the rest. */
const KINDS: Record<string, Pick<FlagNote, "without" | "mistakes">> = {
  "--pid": {
    without: "the inside has an ordinary number among all others",
    mistakes: [
      "pid 1 survives its own kill -9 $$: inside, the kernel drops every " +
      "signal to pid 1 that it has no handler for",
      "pid 1 inherits the orphans of its namespace, and when it ends, the " +
      "kernel kills everything in there",
    ],
  },
  "--mount": {
    without: "a mount made inside would be made for the whole machine, or, " +
      "in a user namespace alone, is refused",
    mistakes: [
      "unshare makes all mounts private first. With --propagation unchanged, " +
      "under a shared / (systemd makes it so), a mount made by root inside " +
      "appears outside as well",
    ],
  },
  "--uts": {
    without: "hostname NAME would rename the whole machine, or, in a user " +
      "namespace alone, is refused",
    mistakes: [
      "after hostname NAME the prompt keeps the old name: the shell read it " +
      "when it started. uname -n shows the new one",
    ],
  },
  "--ipc": {
    without: "queues, semaphores and shared memory made inside stay on the " +
      "machine until someone removes them",
    mistakes: [
      "an id may exist on both sides by chance, and is two queues then",
    ],
  },
  "--net": {
    without: "the inside uses the network of the machine, its ports included",
    mistakes: [
      "a new network namespace has only lo, and that is down: not even " +
      "127.0.0.1 answers before ip link set lo up",
      "/sys/class/net still lists the devices of the host: sysfs shows the " +
      "namespace of whoever mounted it",
    ],
  },
  "--user": {
    without: "only root may create the other namespaces",
    mistakes: [
      "files of ids that are not mapped appear as 65534 (nobody), those of " +
      "the machine's root among them",
    ],
  },
  "--cgroup": {
    without: "/proc/self/cgroup tells the inside where it is on the host",
    mistakes: [
      "it hides the path and limits nothing: limits are in the cgroup itself",
      "/sys/fs/cgroup still shows the whole tree: it was mounted outside",
    ],
  },
  "--time": {
    without: "the inside sees how long the machine has been up",
    mistakes: [
      "the wall clock is not part of it: date shows the same on both sides",
      "unshare(2) does not move its caller: only its next child is in " +
      "there, and until then time_for_children differs from time in " +
      "/proc/self/ns. Newer kernels also move it at its next execve(2)",
    ],
  },
};

const OTHERS: Record<string, FlagNote> = {
  "--fork": {
    asks: "fork(2): unshare starts the command as a child and waits for it",
    without: "the command keeps its old pid and only its first child is in " +
      "the new pid namespace. Once that child, its pid 1, has ended, nothing " +
      "can be started any more",
    mistakes: [
      'bash then says "fork: Cannot allocate memory", dash "Cannot fork", ' +
      'Deno "unable to create worker threads" (exit code 134); a single ' +
      "true succeeds as if nothing were wrong",
      "to see it: sudo unshare --pid sh -c 'echo $$; ls; ls'. nslab itself " +
      "would fork all the same, for --kill-child does so, too",
    ],
    read: "man 2 fork, man 7 pid_namespaces",
  },
  "--mount-proc": {
    asks: "unshare(CLONE_NEWNS), and mount(2) of a new proc on /proc, which " +
      "shows the pid namespace of whoever mounts it",
    without: "ps still lists the processes of the host, though the pid is 1: " +
      "it reads the /proc that was mounted outside",
    read: "man 5 proc, man 7 mount_namespaces",
  },
  "--map-root-user": {
    asks: "a line in /proc/self/uid_map and one in gid_map, with which your " +
      "ids are 0 inside, after writing deny to /proc/self/setgroups",
    without: "after --user alone you are 65534, without any capability after " +
      "the next exec, and too late to write the map from inside",
    mistakes: [
      "one id is mapped and no other: chown to another gives EINVAL, and su " +
      '"cannot set groups"',
    ],
    read: "man 7 user_namespaces",
  },
  "--map-user": {
    asks: "a line in /proc/self/uid_map, with which your uid is another inside",
    without: "you are 65534 inside: nothing is mapped",
    read: "man 7 user_namespaces",
  },
  "--map-group": {
    asks: "a line in /proc/self/gid_map, with which your gid is another " +
      "inside, after writing deny to /proc/self/setgroups",
    without: "your group is 65534 inside: nothing is mapped",
    read: "man 7 user_namespaces",
  },
  "--keep-caps": {
    asks: "prctl(PR_CAP_AMBIENT): the capabilities of the new namespace " +
      "survive exec for a uid other than 0",
    without: "a uid other than 0 loses all capabilities at the next exec",
    read: "man 7 capabilities",
  },
  "--boottime": {
    asks: "a line in /proc/self/timens_offsets: seconds to add to the boot " +
      "clock, before the first process enters",
    without: "the clocks of the new namespace show the same as outside",
    mistakes: [
      "the offset counts from the clock of the machine, not from that of the " +
      "namespace outside",
    ],
    read: "man 7 time_namespaces",
  },
  "--wd": {
    asks: "chdir(2), before the command starts",
    without: "the working directory stays in the old root, and leads back to " +
      "it even after pivot_root and umount",
    read: "man 2 chdir, man 2 pivot_root",
  },
  "--kill-child": {
    asks: "prctl(PR_SET_PDEATHSIG): the kernel kills the child when unshare " +
      "ends. It implies --fork",
    without: "when unshare is killed, what it started lives on. SIGTERM does " +
      "not even reach unshare: it blocks that signal while it waits",
    read: "man 2 prctl",
  },
};

/** Notes by option, as it is spelled on the command line. */
export const FLAGS: Readonly<Record<string, FlagNote>> = {
  ...Object.fromEntries(NAMESPACES.map((kind) => [kind.flag, {
    asks: `unshare(${kind.clone}): a new namespace for ${kind.isolates}; ` +
      `since Linux ${kind.since}`,
    ...KINDS[kind.flag]!,
    read: `man ${kind.man.replace(/^(.*)\((.)\)$/, "$2 $1")}`,
  }])),
  ...OTHERS,
};
