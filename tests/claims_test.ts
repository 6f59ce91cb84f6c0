/**
 * What the claims of each lab say of what could have been seen, and was not.
 * Those of the cgroup lab are in cgroup_test.ts, those of the container in
 * container_claims_test.ts.
 *
 * @module
 */

import { UPTIME_TICK } from "../lib/kernel/clocks.ts";
import type { Mount } from "../lib/kernel/mountinfo.ts";
import type { View } from "../lib/lab/lab.ts";
import { lab as ipc } from "../scripts/ipc.ts";
import { lab as mount } from "../scripts/mount.ts";
import { lab as net } from "../scripts/net.ts";
import { lab as pid } from "../scripts/pid.ts";
import { lab as time } from "../scripts/time.ts";
import { lab as user } from "../scripts/user.ts";
import { lab as uts } from "../scripts/uts.ts";
import { type Case, fails, NOTHING, open, testClaims } from "./falsify.ts";

const separateClaim = (type: string): string =>
  `The ${type} namespace is another one`;

/** The views of both sides, in the evidence of any lab. */
interface Sides {
  inside: View<object>;
  outside: View<object>;
}

/** Makes the namespaces of both sides one. */
const share = (type: string) => ({ inside, outside }: Sides): void => {
  inside.namespaces[type] = outside.namespaces[type]!;
};

/** A kernel that has no such namespaces: it has no such link either. */
function withoutLink(type: string): Case<Sides>[] {
  const claim = separateClaim(type);
  return [
    [open(claim), (e) => delete e.inside.namespaces[type]],
    [open(claim), (e) => delete e.outside.namespaces[type]],
  ];
}

/** What decides the claim that every lab begins with. */
function separateCases(type: string): Case<Sides>[] {
  return [[fails(separateClaim(type)), share(type)], ...withoutLink(type)];
}

const PID_1 = "My pid is 1";
const ALONE = "I see only myself";
const TWO_PIDS = "One process has two pids";

testClaims(pid, {
  values: {},
  cases: [
    ...separateCases("pid"),
    [fails(PID_1), (e) => e.inside.pid = 2],
    [fails(ALONE), (e) => e.inside.processes.push({ name: "sh", pid: 2 })],
    [fails(ALONE), (e) => e.inside.processes[0]!.pid = 2],
    // Then to see one is nothing new.
    [fails(ALONE), (e) => e.outside.processes.length = 1],
    // The inside saw the outside with its own eyes, or is in no new namespace.
    [fails(TWO_PIDS), (e) => e.peer.nsPid = [1]],
    [fails(TWO_PIDS), (e) => e.peer.nsPid = [4711, 2]],
    [fails(TWO_PIDS), (e) => e.peer.nsPid = [1, 1]],
    [fails(TWO_PIDS), (e) => e.peer.nsPid = [4711]],
    // In a pid namespace already, it has three.
    [NOTHING, (e) => e.peer.nsPid = [4711, 17, 1]],
  ],
});

const UTS_VALUES = {
  hostname: "inside.claims.nslab",
  domainname: "lab.claims.nslab",
};

/** The same for both names. */
function namesCases(name: "hostname" | "domainname", what: string) {
  const changed = `The ${what} changed inside`;
  const stayed = `The ${what} outside did not change`;
  type Names = Record<typeof name, string>;
  const cases: Case<Record<"before" | "inside" | "outside", Names>>[] = [
    [fails(changed), (e) => e.inside[name] = "other"],
    [fails(stayed), (e) => e.outside[name] = "other"],
    // It was renamed on both sides, or on none.
    [fails(stayed), (e) => e.outside[name] = e.inside[name]],
    [fails(changed, stayed), (e) => e.inside[name] = e.before[name]],
    [open(changed, stayed), (e) => e.before[name] = e.inside[name]],
  ];
  return cases;
}

testClaims(uts, {
  values: UTS_VALUES,
  cases: [
    ...separateCases("uts"),
    ...namesCases("hostname", "host name"),
    ...namesCases("domainname", "domain name"),
  ],
});

const TMPFS = "The tmpfs is in the table of the inside only";
const TREES = "/mnt is the same path in two different trees";
const THROUGH_PROC = "The outside can look into the inside through /proc";

const isMine = ({ source }: Mount): boolean => source === "nslab";
const drop = (mounts: Mount[]): unknown =>
  mounts.splice(mounts.findIndex(isMine), 1);
const file = "only-inside";

testClaims(mount, {
  values: {},
  settle: (e) => e.tried.outside.files ??= [],
  cases: [
    ...separateCases("mnt"),
    [fails(TMPFS), (e) => drop(e.inside.mounts)],
    // It propagated.
    [
      fails(TMPFS),
      (e) => e.outside.mounts.push(e.inside.mounts.find(isMine)!),
    ],
    [
      open(TMPFS, TREES),
      (e) => e.before.mounts.push(e.inside.mounts.find(isMine)!),
    ],
    [fails(TREES), (e) => e.tried.inside.files = []],
    [fails(TREES), (e) => e.tried.inside.files = [file, "other"]],
    [fails(TREES), (e) => e.tried.inside.files = null],
    [fails(TREES), (e) => e.tried.outside.files = ["other", file]],
    [NOTHING, (e) => e.tried.outside.files = ["other"]],
    [open(TREES), (e) => e.tried.outside.files = null],
    [fails(THROUGH_PROC), (e) => drop(e.peer.mounts)],
    [fails(THROUGH_PROC), (e) => e.peer.files = []],
    [fails(THROUGH_PROC), (e) => e.peer.files = [file, "other"]],
    [fails(THROUGH_PROC), (e) => e.peer.files = null],
  ],
});

const TWO_UIDS = "One process has two user ids";
const TWO_OWNERS = "One file has two owners";
const EVERY = "It has every capability inside";
const END = "The capabilities end where the namespace ends";
const SECRETS = "Capabilities inside do not open root's secrets outside";

testClaims(user, {
  values: {},
  settle({ tried: { inside, outside } }) {
    inside.shadow = outside.shadow = false;
    inside.hurries = outside.hurries = false;
  },
  cases: [
    ...withoutLink("user"),
    // Without a new namespace, to have capabilities proves nothing.
    [fails(separateClaim("user"), EVERY, END, SECRETS), share("user")],
    [fails(separateClaim("user"), EVERY, END, SECRETS), (e) => {
      share("user")(e);
      e.tried.inside.hurries = true;
    }],
    [fails(TWO_UIDS), (e) => e.outside.uid = 4711],
    [fails(TWO_UIDS, TWO_OWNERS), (e) => e.peer.uid = 4711],
    [fails(TWO_UIDS, TWO_OWNERS), (e) => e.inside.uid = e.peer.uid],
    // The ids are the same on both sides, those of the pipe as well.
    [
      fails(TWO_UIDS, TWO_OWNERS),
      (e) => e.inside.uid = e.tried.inside.pipe.uid = e.peer.uid,
    ],
    [fails(TWO_OWNERS), (e) => e.peer.pipe.inode = -1],
    [fails(TWO_OWNERS), (e) => e.tried.inside.pipe.uid = 4711],
    [fails(TWO_OWNERS), (e) => e.peer.pipe.uid = 4711],
    [fails(EVERY), (e) => e.inside.capabilities.pop()],
    [fails(EVERY), (e) => e.peer.lastCapability++],
    [fails(END), ({ inside: { capabilities } }) => {
      capabilities[capabilities.indexOf("CAP_SYS_NICE")] = "CAP_OTHER";
    }],
    [fails(END), (e) => e.tried.inside.hurries = true],
    // Whoever may do so outside may have the right from there.
    [
      open(END),
      ({ tried }) => tried.inside.hurries = tried.outside.hurries = true,
    ],
    [open(END), (e) => e.tried.inside.hurries = null],
    [fails(SECRETS), (e) => e.tried.inside.shadow = true],
    [fails(SECRETS), (e) => e.tried.inside.shadow = null],
    [open(SECRETS), (e) => e.tried.outside.shadow = true],
    [open(SECRETS), (e) => e.tried.outside.shadow = null],
  ],
});

const NONE_UP = "No device is up inside, not even the loopback device";
const DEVICES = "The outside can read the devices of the inside";
const SERVER = "A server outside cannot be reached from inside";
const PORT = "The port of that server is free inside";

testClaims(net, {
  values: {},
  cases: [
    ...separateCases("net"),
    // It was up inside before the outside looked, or still is.
    [fails(NONE_UP, DEVICES), (e) => e.inside.interfaces[0]!.up = true],
    [
      fails(NONE_UP, DEVICES),
      (e) => e.inside.interfaces[0]!.up = e.peer.interfaces[0]!.up = true,
    ],
    [fails(DEVICES), (e) => e.peer.interfaces[0]!.up = true],
    [fails(DEVICES), (e) => e.peer.interfaces[0]!.name = "eth0"],
    [fails(DEVICES), (e) => e.peer.interfaces = e.outside.interfaces],
    [open(NONE_UP, DEVICES), (e) => {
      for (const device of e.outside.interfaces) device.up = false;
    }],
    [fails(SERVER), (e) => e.tried.inside.connect = "ok"],
    // Its kernel answered, then.
    [fails(SERVER), (e) => e.tried.inside.connect = "ECONNREFUSED"],
    [open(SERVER), (e) => e.tried.outside.connect = "ETIMEDOUT"],
    [fails(PORT), (e) => e.tried.inside.listen = "EADDRINUSE"],
    [fails(PORT), (e) => e.tried.outside.listen = "ok"],
  ],
});

const MADE = "A queue made inside exists only there";
const OTHERS = "The queues of the outside do not exist inside";
const ONE_ID = "One id is two queues, one on each side";

testClaims(ipc, {
  values: {},
  // One outside, by chance with the same id.
  settle({ tried: { inside, outside } }) {
    inside.queues = [{ id: 3, key: 17 }];
    outside.queues = [{ id: 3, key: 18 }];
  },
  cases: [
    ...separateCases("ipc"),
    [fails(MADE), (e) => e.tried.inside.queues.push({ id: 4, key: 19 })],
    [
      { ...fails(MADE), ...open(ONE_ID) },
      (e) => e.tried.inside.queues = [],
    ],
    [
      fails(MADE, OTHERS, ONE_ID),
      (e) => e.tried.outside.queues = e.tried.inside.queues,
    ],
    // The one that was made is not outside, but others are on both sides.
    [fails(MADE, OTHERS), ({ tried: { inside, outside } }) => {
      inside.queues.push({ id: 4, key: 19 });
      outside.queues.push({ id: 4, key: 19 });
    }],
    // Not before the key and the id are the same, it is the same queue.
    [NOTHING, (e) => e.tried.outside.queues.push({ id: 4, key: 17 })],
    [open(OTHERS, ONE_ID), (e) => e.tried.outside.queues = []],
    [open(ONE_ID), (e) => e.tried.outside.queues[0]!.id = 4],
  ],
});

const BOOT_CLOCK = "The boot clock inside is another one";
const CLOCK_OUTSIDE = "The boot clock outside did not move";
const OFFSET = "The outside sees the offset of the inside";
const DATE = "The date did not move with the boot clock";

/** Seconds that no machine adds of its own accord. */
const ADDED = 4711;

testClaims(time, {
  values: { boottime: `${ADDED}` },
  settle(e) {
    if (!e.tried.inside.covered) return;
    e.tried.inside.covered = false;
    e.inside.uptime = e.before.uptime + ADDED - e.before.offsets.boottime;
  },
  cases: [
    ...separateCases("time"),
    [fails(BOOT_CLOCK, DATE), (e) => e.inside.uptime -= ADDED],
    [fails(BOOT_CLOCK, DATE), (e) => e.inside.uptime += ADDED],
    // Each is rounded down: that much may be missing, and no more.
    ...[-1.5, -0.5].map((ticks): Case<TimeEvidence> => [
      ticks < -1 ? fails(BOOT_CLOCK, DATE) : NOTHING,
      (e) => e.inside.uptime = insideAt(e, e.before.uptime, ticks),
    ]),
    ...[0.5, 1.5].map((ticks): Case<TimeEvidence> => [
      ticks > 1 ? fails(BOOT_CLOCK, DATE) : NOTHING,
      (e) => e.inside.uptime = insideAt(e, e.outside.uptime, ticks),
    ]),
    [fails(CLOCK_OUTSIDE), (e) => e.outside.offsets.boottime += ADDED],
    [fails(CLOCK_OUTSIDE), (e) => e.inside.offsets.boottime -= ADDED],
    [fails(OFFSET), (e) => e.peer.offsets.boottime -= ADDED],
    // All in one millisecond.
    [NOTHING, ({ tried: { inside, outside } }) => {
      inside.date = outside.date = inside.since;
    }],
    [fails(DATE), (e) => e.tried.inside.date += ADDED * 1000],
    [fails(DATE), (e) => e.tried.inside.date -= ADDED * 1000],
    [open(BOOT_CLOCK, DATE), (e) => e.tried.inside.covered = true],
    // Within another one, which has the same offset.
    [
      open(BOOT_CLOCK, CLOCK_OUTSIDE, OFFSET, DATE),
      (e) => e.before.offsets.boottime = ADDED,
    ],
  ],
});

type TimeEvidence = Parameters<typeof time.claims>[0];

/** The clock of the inside, some ticks after the outside had such a one. */
function insideAt(
  { before }: TimeEvidence,
  uptime: number,
  ticks: number,
): number {
  const shift = ADDED - before.offsets.boottime;
  return uptime + shift + ticks * UPTIME_TICK;
}
