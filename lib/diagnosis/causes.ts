/**
 * Why unshare fails, and what mends it. The kernel answers with one number for
 * many reasons, so the words alone seldom tell: each row looks at what /proc
 * says, too. The rows are tried in order, the most basic first, and the first
 * that applies is the cause; a row applies only where it is certain.
 *
 * Read: unshare(2), user_namespaces(7), proc(5), kernel/user_namespace.c
 *
 * @module
 */

import { shellQuote } from "../cli/shell_quote.ts";
import type { Capability } from "../kernel/capabilities.ts";
import type { NamespaceKind } from "../kernel/namespaces.ts";
import type { Case } from "./case.ts";
import { isGvisor, wslOf } from "./environment.ts";
import { installCommand, isKnown } from "./packages.ts";

/** One cause. */
export interface CauseRow {
  /** A word for it. */
  readonly name: string;
  /** Whether this is it. */
  applies(failed: Case): boolean;
  /** Why it failed, in one line. */
  cause(failed: Case): string;
  /** What mends it, as a command where there is one. */
  remedy(failed: Case): string;
}

// What the kernel said, through unshare: errno(3).
const EPERM = /Operation not permitted/;
const EACCES = /permission denied/i;
const ENOSPC = /No space left on device/;
const NOT_THERE = /Invalid argument|Function not implemented/;
const UNSHARE_EPERM = /unshare failed: Operation not permitted/;
const MAP_EPERM = /[ug]id_map: Operation not permitted/;
// unshare's words, those of mount and those of BusyBox's mount.
const PROC_MOUNT = /\bmount\b.*\bproc\b/;
const NO_FORK =
  /fork: Cannot allocate memory|Cannot fork|unable to create worker threads/i;
const NO_OPTION =
  /^unshare: (?:unrecognized|invalid) option (?:-- )?'([^']+)'/m;
const SMALL_SETPRIV = /^setpriv: (?:unrecognized|invalid) option/m;
const OLD_LIBCAP = /libcap-ng is too old/;
const NO_ROOM = /Resource temporarily unavailable|\(os error 11\)/;
const NO_PROGRAM =
  /(?:^|\s)(\S+?)(?: is not installed|: (?:command )?not found)/;
const NO_UNSHARE =
  /(?:^|\s)unshare: (?:command )?not found|failed to execute unshare: No such/;
const NOT_STARTED = /Failed to spawn .* \(os error 2\)$/m;
const NOT_ALLOWED = /^Failed to spawn .* \(os error 13\)$/m;
// The last field of mountinfo: the options of the file system.
const RO_PROC = / \/proc .* - proc \S+ ro(,|$)/m;
const NO_NULL = /\/dev\/null: No such file/;
const NO_FOLDER = /Failed to spawn .*: No such cwd '(.*)'$/m;
const NO_EXEC = /failed to execute (\S+): No such file or directory/;
const NO_MOUNT_POINT = /(\/\S+): mount point does(?: not|n't) exist/;
// What unshare of util-linux 2.39 and older says when SIGKILL ended its child.
const CHILD_KILLED = /sigprocmask unblock failed: Invalid argument/;

/** nobody(4) is the one ordinary user that every machine has. */
const AS_NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups";

/** What takes a capability of its own, by what is said without. */
const POWERS: readonly (readonly [RegExp, Capability, string])[] = [
  [/cannot be given up/, "CAP_SETPCAP", "to give up capabilities"],
  [
    /(?:RTNETLINK answers|SIOCSIFFLAGS): Operation not permitted/,
    "CAP_NET_ADMIN",
    "to bring a network device up",
  ],
  [
    /timens_offsets: Operation not permitted/,
    "CAP_SYS_TIME",
    "to set the clocks of a time namespace",
  ],
];

/** The deepest that user and pid namespaces may be nested. */
const DEEPEST = 32;

/** Every cause that is known, in the order in which to ask. */
export const CAUSES: readonly CauseRow[] = [
  {
    name: "not Linux",
    applies: ({ facts }) => facts.os !== "linux",
    cause: ({ facts }) =>
      `this is ${facts.os}, and namespaces are a part of Linux`,
    remedy: () => "open the project in its dev container, or in a Linux VM",
  },
  {
    name: "killed",
    applies: (failed) =>
      failed.says(CHILD_KILLED) ||
      failed.attempt.signal !== undefined && failed.says(/^$/),
    cause: ({ attempt }) =>
      `${
        attempt.signal ?? "SIGKILL"
      } from outside ended it: another process sent that, ` +
      `or the kernel, short of memory`,
    remedy: (failed) =>
      `run it again   # ${failed.asRoot("dmesg")} tells if memory was short`,
  },
  {
    name: "no /proc",
    applies: (failed) => failed.file("/proc/self/status") === undefined,
    cause: () => "/proc is not mounted, and unshare needs it",
    remedy: () => "sudo mount -t proc proc /proc",
  },
  {
    name: "no /dev/null",
    applies: (failed) =>
      (failed.says(NOT_STARTED) || failed.says(NO_NULL)) &&
      failed.file("/dev/null") === undefined,
    cause: () => "there is no /dev/null, which programs are started with",
    remedy: (failed) => failed.asRoot("mknod -m 666 /dev/null c 1 3"),
  },
  {
    name: "no working directory",
    applies: (failed) => failed.says(NO_FOLDER),
    cause: (failed) =>
      `there is no directory ${failed.word(NO_FOLDER)} any more, in which to ` +
      `start a program: it was removed, or a mount covers it`,
    remedy: () => "cd /",
  },
  {
    name: "locked working directory",
    applies: (failed) =>
      failed.facts.mayEnter === false && failed.says(NOT_ALLOWED),
    cause: () => "you may not enter the working directory to start a program",
    remedy: () => "cd /",
  },
  {
    name: "no unshare",
    applies: (failed) => failed.says(NO_UNSHARE),
    cause: () => "there is no unshare on PATH",
    remedy: (failed) => install(failed, "unshare"),
  },
  {
    name: "busybox",
    applies: (failed) =>
      /BusyBox/.test(failed.facts.unshare ?? "") &&
      failed.says(/BusyBox|option|can't mount/),
    cause: () =>
      "this unshare is BusyBox's: it lacks --kill-child, --cgroup and --time",
    remedy: (failed) => install(failed, "unshare"),
  },
  {
    name: "old util-linux",
    applies: (failed) =>
      failed.says(NO_OPTION) && /util-linux/.test(failed.facts.unshare ?? ""),
    cause: (failed) =>
      `${failed.facts.unshare?.trim().replace("unshare from ", "")} is too ` +
      `old: its unshare has no option "${
        failed.word(NO_OPTION)
      }" (or that is ` +
      `misspelt)`,
    remedy: (failed) =>
      `${install(failed, "unshare")}   # or a newer release of this system`,
  },
  {
    name: "busybox's setpriv",
    applies: (failed) => failed.says(SMALL_SETPRIV),
    cause: () => "this setpriv is not that of util-linux: it lacks an option",
    remedy: (failed) => install(failed, "setpriv"),
  },
  {
    name: "old libcap-ng",
    applies: (failed) => failed.says(OLD_LIBCAP),
    cause: () =>
      "this setpriv was built for an older kernel, and does not know all of " +
      "the capabilities that this one has",
    remedy: () => "run it on a newer release of this system",
  },
  {
    name: "no room for processes",
    applies: (failed) => failed.says(NO_ROOM),
    cause: () =>
      "no more processes or threads may be started: a limit of this user " +
      "(ulimit -u), of a control group (pids.max), or of the machine",
    remedy: () => "end some, or raise the limit: ulimit -u 4096",
  },
  {
    name: "missing program",
    applies: (failed) => failed.says(NO_PROGRAM),
    cause: (failed) => {
      const program = failed.word(NO_PROGRAM);
      return isKnown(program)
        ? `${program} is not installed`
        : `there is no program "${program}" on PATH`;
    },
    remedy: (failed) => {
      const program = failed.word(NO_PROGRAM);
      return isKnown(program)
        ? install(failed, program)
        : "check its name, or install the package that it is in";
    },
  },
  {
    name: "nothing to execute",
    applies: (failed) => failed.says(NO_EXEC),
    cause: (failed) => `unshare finds no "${failed.word(NO_EXEC)}" on PATH`,
    remedy: (failed) =>
      failed.word(NO_EXEC) === "deno"
        ? 'sudo "$(command -v deno)" run -A SCRIPT'
        : install(failed, failed.word(NO_EXEC)),
  },
  {
    name: "WSL 1",
    applies: (failed) =>
      wslOf(failed.facts.files) === 1 && failed.says(NOT_THERE),
    cause: () => "WSL 1 is no Linux kernel, and lacks most namespaces",
    remedy: () => "wsl --set-version DISTRIBUTION 2   # in PowerShell",
  },
  {
    name: "gVisor",
    applies: (failed) =>
      isGvisor(failed.facts.files) &&
      (failed.says(NOT_THERE) || failed.says(EPERM)),
    cause: () => "this is gVisor, which imitates Linux, and not all of it",
    remedy: () => "docker run --runtime=runc --privileged IMAGE",
  },
  {
    name: "WSL 2 kernel",
    applies: (failed) =>
      wslOf(failed.facts.files) === 2 && failed.missing.length > 0 &&
      failed.says(NOT_THERE),
    cause: (failed) =>
      `this kernel of WSL, ${release(failed)}, was built without ${
        list(failed.missing)
      } namespaces`,
    remedy: () => "wsl --update   # in PowerShell, then: wsl --shutdown",
  },
  {
    name: "kernel without it",
    applies: (failed) => failed.missing.length > 0 && failed.says(NOT_THERE),
    cause: (failed) =>
      `Linux ${release(failed)} has no ${list(failed.missing)} namespaces, ` +
      `for it is too old or was built without`,
    remedy: ({ missing }) =>
      `boot a kernel that has them: ${
        missing.map(({ type, since }) => `${type} came with ${since}`).join(
          ", ",
        )
      }`,
  },
  {
    name: "no --fork",
    applies: (failed) =>
      failed.asks("pid") && !failed.attempt.command.includes("--fork") &&
      (failed.says(NO_FORK) || (failed.says(PROC_MOUNT) && failed.says(EPERM))),
    cause: () =>
      "--pid without --fork: unshare itself stays outside, and when its first " +
      "child, pid 1, has ended no other can be made",
    remedy: ({ attempt: { command } }) =>
      shellQuote(command).replace("--pid", "--pid --fork"),
  },
  {
    name: "no --pid",
    applies: (failed) =>
      failed.attempt.command.includes("--mount-proc") && !failed.asks("pid") &&
      failed.says(PROC_MOUNT) && failed.says(EPERM),
    cause: () =>
      "--mount-proc without --pid: a user namespace may mount the /proc of a " +
      "pid namespace of its own, and no other",
    remedy: ({ attempt: { command } }) =>
      shellQuote(command).replace("--mount-proc", "--pid --fork --mount-proc"),
  },
  {
    name: "outside of its own pid namespace",
    applies: (failed) =>
      failed.says(/Cannot allocate memory/) &&
      failed.facts.namespaces.pid_for_children !== undefined &&
      failed.facts.namespaces.pid_for_children !==
        failed.facts.namespaces.pid,
    cause: () =>
      "this shell was started by unshare --pid without --fork, and its pid 1 " +
      "has ended: no other process can be made",
    remedy: () => "exit   # and start it again, with --fork",
  },
  {
    name: "limit of 0",
    applies: (failed) => failed.says(ENOSPC) && failed.forbidden.length > 0,
    cause: ({ forbidden }) =>
      `no ${list(forbidden)} namespace may be created: ` +
      forbidden.map(({ limit }) => `/proc/sys/user/${limit} is 0`).join(", "),
    remedy: (failed) =>
      failed.asRoot(
        `sysctl -w ${
          failed.forbidden.map(({ limit }) => `user.${limit}=10000`).join(" ")
        }`,
      ),
  },
  {
    name: "nested too deep",
    applies: (failed) =>
      failed.says(ENOSPC) && failed.exhausted?.type === "pid" &&
      failed.status.nsPid.length > DEEPEST,
    cause: () =>
      `pid namespaces are nested ${DEEPEST} deep here, the most there is`,
    remedy: () => "exit   # until you are out of the inner ones",
  },
  {
    name: "used-up limit",
    applies: (failed) => failed.says(ENOSPC) && whyExhausted(failed).length > 0,
    cause: (failed) => {
      const reasons = whyExhausted(failed);
      return reasons.join(", or ") +
        (reasons.length > 1 ? ": from in here these look alike" : "");
    },
    remedy: (failed) => {
      const { limit } = failed.exhausted!;
      const number = failed.limit(failed.exhausted!);
      return number === undefined
        ? `exit   # and where you are then: sysctl -w user.${limit}=10000`
        : failed.asRoot(`sysctl -w user.${limit}=${2 * number + 10}`);
    },
  },
  {
    name: "read-only /proc",
    applies: (failed) => failed.says(/\/proc\/.*: Read-only file system/),
    cause: () => "/proc is mounted read-only, and unshare has to write to it",
    remedy: (failed) =>
      failed.container?.remedy ??
        // The file system itself may be read-only, or this mount of it.
        failed.asRoot(
          RO_PROC.test(failed.file("/proc/self/mountinfo") ?? "")
            ? "mount -o remount,rw /proc"
            : "mount -o remount,bind,rw /proc",
        ),
  },
  {
    name: "no CAP_SETFCAP",
    applies: (failed) =>
      failed.says(MAP_EPERM) && failed.status.uid === 0 &&
      !failed.can("CAP_SETFCAP"),
    cause: () =>
      "root that lacks CAP_SETFCAP may not be mapped into a user namespace",
    remedy: (failed) => {
      const { attempt: { command }, container } = failed;
      if (container !== undefined) {
        return `docker run --cap-add SETFCAP IMAGE   # or: ${container.remedy}`;
      }
      return failed.can("CAP_SETUID") && failed.can("CAP_SETGID")
        ? `${AS_NOBODY} ${shellQuote(command)}`
        : "run it as an ordinary user: this root may not become one";
    },
  },
  {
    name: "missing capability",
    applies: (failed) => missingPower(failed) !== undefined,
    cause: (failed) => {
      const [, capability, what] = missingPower(failed)!;
      return `${what} takes ${capability}, which was taken away here`;
    },
    remedy: (failed) =>
      failed.container?.remedy ??
        "unshare --user --map-root-user   # run it in there: it has them all",
  },
  {
    name: "unmapped",
    applies: (failed) =>
      failed.says(UNSHARE_EPERM) && failed.asks("user") && failed.unmapped,
    cause: () =>
      "your uid or gid is not mapped in this user namespace, and only who has " +
      "both may make another",
    remedy: () => "exit   # and start it again, with --map-root-user",
  },
  {
    name: "Debian's sysctl",
    applies: (failed) =>
      failed.says(UNSHARE_EPERM) && failed.asks("user") &&
      !failed.can("CAP_SYS_ADMIN") &&
      failed.file("/proc/sys/kernel/unprivileged_userns_clone") === "0",
    cause: () =>
      "only root may create user namespaces here: " +
      "/proc/sys/kernel/unprivileged_userns_clone is 0",
    remedy: (failed) =>
      failed.asRoot("sysctl -w kernel.unprivileged_userns_clone=1"),
  },
  {
    name: "chroot",
    applies: (failed) =>
      failed.inChroot &&
      (failed.asks("user") && failed.says(UNSHARE_EPERM) ||
        failed.says(/root filesystem propagation: Invalid argument/)),
    cause: () =>
      "this is a chroot: from in there the kernel makes no user namespace, " +
      "and unshare cannot make the mounts private",
    remedy: () => "exit   # leave the chroot, and run it outside",
  },
  {
    name: "not root",
    applies: (failed) =>
      failed.says(UNSHARE_EPERM) && !failed.asks("user") &&
      !failed.can("CAP_SYS_ADMIN"),
    cause: ({ asked }) =>
      `to create ${
        list(asked)
      } namespaces takes CAP_SYS_ADMIN, which root has, or a user namespace`,
    remedy: ({ attempt: { command } }) =>
      shellQuote(command).replace(
        "unshare",
        "unshare --user --map-root-user",
      ),
  },
  {
    name: "seccomp",
    applies: (failed) =>
      failed.says(UNSHARE_EPERM) && failed.status.seccomp === 2 &&
      // Of a user namespace, others may deprive root as well.
      !(failed.can("CAP_SYS_ADMIN") && failed.asks("user")),
    cause: ({ container }) =>
      `the seccomp filter of ${
        container === undefined ? "this sandbox" : `this ${container.name}`
      } forbids to create namespaces`,
    remedy: ({ container }) =>
      container?.remedy ?? "run it outside of the sandbox",
  },
  {
    name: "AppArmor of a container",
    applies: (failed) =>
      failed.says(EACCES) &&
      /docker-default|containers-default|lxc-container/.test(label(failed)),
    cause: (failed) =>
      `the AppArmor profile "${profile(failed)}" of this container forbids ` +
      `to mount`,
    remedy: ({ container }) =>
      container?.remedy ?? "docker run --privileged IMAGE",
  },
  {
    name: "SELinux",
    applies: (failed) =>
      failed.says(EACCES) && /:container\w*_t:/.test(label(failed)),
    cause: (failed) =>
      `SELinux forbids it to this container, whose type is ${
        label(failed).split(":")[2]
      }`,
    remedy: ({ container }) =>
      `${
        container?.name === "Docker" ? "docker" : "podman"
      } run --security-opt label=disable IMAGE`,
  },
  {
    name: "Ubuntu 25.04's AppArmor profile",
    applies: (failed) =>
      !failed.can("CAP_SYS_ADMIN") &&
      failed.file("/etc/apparmor.d/unshare-userns-restrict") !== undefined &&
      (/unpriv_unshare/.test(failed.facts.innerLabel) ||
        failed.facts.innerLabel === "") &&
      failed.says(/permission denied/i) && !failed.says(/unshare failed/),
    cause: () =>
      "AppArmor lets unshare create namespaces, and takes all capabilities " +
      "away in there: /etc/apparmor.d/unshare-userns-restrict",
    remedy: () =>
      "sudo apparmor_parser -R /etc/apparmor.d/unshare-userns-restrict; " +
      "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
  },
  {
    name: "Ubuntu 24.04's AppArmor",
    applies: (failed) =>
      !failed.can("CAP_SYS_ADMIN") && !failed.says(UNSHARE_EPERM) &&
      failed.file(
          "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        ) === "1" &&
      (failed.says(EPERM) || failed.says(EACCES) ||
        failed.says(/must be root/)),
    cause: () =>
      "AppArmor takes all capabilities away in a user namespace that is not " +
      "root's: kernel.apparmor_restrict_unprivileged_userns is 1",
    remedy: () =>
      "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" +
      "   # until reboot",
  },
  {
    name: "masked /proc",
    applies: (failed) =>
      // To root, mount says EACCES for EPERM.
      failed.says(PROC_MOUNT) && (failed.says(EPERM) || failed.says(EACCES)) &&
      failed.masks.length > 0,
    cause: ({ masks }) =>
      `a new /proc would show what is hidden in this one: ${
        masks.slice(0, 3).join(", ")
      }${masks.length > 3 ? ` and ${masks.length - 3} more` : ""}`,
    remedy: (failed) =>
      failed.container === undefined
        ? failed.asRoot(`umount ${failed.masks.join(" ")}`)
        : failed.container.remedy + lessThanPrivileged(failed.container.name),
  },
  {
    name: "no mount point",
    applies: (failed) => failed.says(NO_MOUNT_POINT),
    cause: (failed) => `there is no directory ${failed.word(NO_MOUNT_POINT)}`,
    remedy: (failed) =>
      failed.asRoot(`mkdir ${shellQuote([failed.word(NO_MOUNT_POINT)])}`),
  },
];

function missingPower(failed: Case) {
  return POWERS.find(([words, capability]) =>
    failed.says(words) && !failed.can(capability)
  );
}

/** What unmasks /proc and grants nothing else. */
function lessThanPrivileged(container: string): string {
  const option = container === "Docker"
    ? "systempaths=unconfined"
    : container === "Podman"
    ? "unmask=ALL"
    : undefined;
  return option === undefined ? "" : `   # or less: --security-opt ${option}`;
}

function install(failed: Case, program: string): string {
  return failed.asRoot(installCommand(program, failed.file("/etc/os-release")));
}

function list(kinds: readonly NamespaceKind[]): string {
  return kinds.map(({ type }) => type).join(" and ");
}

/**
 * Why there is no room for another namespace, as far as a process can tell: the
 * limits of an outer user namespace hold in here and are not to be seen, and
 * those that nest do so 32 deep at most.
 */
function whyExhausted(failed: Case): string[] {
  const kind = failed.exhausted;
  if (kind === undefined) return [];
  const { type, limit } = kind;
  const number = failed.limit(kind);
  const nests = type === "user" || type === "pid";
  return [
    ...number === undefined ? [] : [
      `all ${number} ${type} namespaces that /proc/sys/user/${limit} ` +
      `allows are in use`,
    ],
    ...failed.isFirst("user")
      ? []
      : [`an outer user namespace allows no more ${type} namespaces`],
    ...!nests || failed.isFirst(type)
      ? []
      : [`${type} namespaces are nested ${DEEPEST} deep, the most there is`],
  ];
}

function release(failed: Case): string {
  return failed.file("/proc/sys/kernel/osrelease") ?? "";
}

/** The security label: `docker-default (enforce)`, or `user:role:type:level`. */
function label(failed: Case): string {
  return failed.file("/proc/self/attr/current") ?? "";
}

function profile(failed: Case): string {
  return label(failed).replace(/ \(.*/, "");
}
