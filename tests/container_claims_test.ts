/**
 * What the claims of the container say of what could have been seen, and was
 * not.
 *
 * @module
 */

import { type ContainerEvidence, ISOLATED } from "../lib/container/claims.ts";
import type { Mount } from "../lib/kernel/mountinfo.ts";
import { lab } from "../scripts/container.ts";
import { type Case, fails, NOTHING, open, testClaims } from "./falsify.ts";

const PAGE = 4096;
const MEMORY = 64 * 1024 ** 2;

const OTHERS = "Its namespaces are others";
const PID_1 = "It is pid 1, and sees no process of the host";
const HOST_NAME = "Its host name is its own";
const ROOT = "Its root holds only what was put there";
const MOUNTS = "Its mounts are its own, and the host sees none of them";
const FILE = "A file written to / is not on the host";
const USR = "/usr is read-only";
const UNDO = "Root in there cannot undo it";
const NETWORK =
  "Its network is a loopback device, up, and no socket of the host";
const QUEUE = "A message queue made inside exists only there";
const CGROUP = "It does not see in which control group it is";
const PIDS = "A fork bomb stops at 40 processes and threads";
const FILLED = "No more than 64M of memory can be had";

const HOST = Deno.makeTempDirSync({ prefix: "nslab-test-" });
Deno.test.afterAll(() => Deno.removeSync(HOST, { recursive: true }));
const DATA = `What is written to /data is in ${HOST}, and stays there`;
const FIXED = "Nothing can be written to /fixed";

const rootOf = (mounts: Mount[]): Mount =>
  mounts.find(({ mountPoint }) => mountPoint === "/")!;

const cgroup = (path: string) => ({ hierarchy: 0, controllers: [], path });

/** Limits take root, and a while: their evidence is written out. */
function setLimits(e: ContainerEvidence): void {
  e.values = { ...e.values, pids: "40", memory: `${MEMORY}` };
  e.unlimited = undefined;
  e.peer.limits = { pids: "40", memory: `${MEMORY}` };
  e.peer.metMemoryLimit = true;
  // And unshare.
  e.tried.inside.bombed = { started: 30, threads: 9, end: "EAGAIN" };
  e.tried.inside.filled = { little: "ok", much: "SIGKILL" };
}

const CASES: Case<ContainerEvidence>[] = [
  ...ISOLATED.map((type): Case<ContainerEvidence> => [
    fails(OTHERS),
    (e) => e.inside.namespaces[type] = e.outside.namespaces[type]!,
  ]),

  [fails(PID_1), (e) => e.inside.pid = 2],
  [fails(PID_1), (e) => e.inside.processes.push({ name: "sh", pid: 2 })],
  [fails(PID_1), (e) => e.outside.processes.length = 1],

  [fails(HOST_NAME), (e) => e.inside.hostname = "other"],
  [fails(HOST_NAME), (e) => e.outside.hostname = "other"],
  [fails(HOST_NAME), (e) => e.outside.hostname = e.inside.hostname],
  // The outside has that name only now, or does not have it any more.
  [fails(HOST_NAME), (e) => e.before.hostname = e.inside.hostname],
  [
    open(HOST_NAME),
    (e) => e.before.hostname = e.outside.hostname = e.inside.hostname,
  ],

  [fails(ROOT), (e) => e.inside.files.push("home")],

  [fails(MOUNTS), (e) => rootOf(e.inside.mounts).source = "overlay"],
  [fails(MOUNTS), (e) => rootOf(e.inside.mounts).mountPoint = "/tmp"],
  [fails(MOUNTS), (e) => rootOf(e.peer.mounts).source = "overlay"],
  [fails(MOUNTS), (e) => rootOf(e.peer.mounts).mountPoint = "/tmp"],
  [fails(MOUNTS), (e) => e.outside.mounts.push(rootOf(e.inside.mounts))],
  [NOTHING, ({ before, inside, outside }) => {
    for (const { mounts } of [before, outside]) {
      mounts.push(rootOf(inside.mounts));
    }
  }],
  [
    fails(MOUNTS),
    (e) =>
      e.inside.mounts.push({ ...e.inside.mounts[0]!, mountPoint: "/home/me" }),
  ],

  [fails(FILE), (e) => e.tried.inside.root = "EROFS"],
  [fails(FILE), ({ peer, tried }) => {
    peer.files = peer.files.filter((name) => name !== tried.inside.name);
  }],
  [fails(FILE), (e) => e.outside.files.push(e.tried.inside.name)],

  [fails(USR), (e) => e.tried.inside.usr = "ok"],
  [fails(USR), (e) => e.tried.inside.usr = "EACCES"],

  [fails(UNDO), (e) => e.tried.inside.undone = []],
  [fails(UNDO), (e) => e.tried.inside.undone[1]![1] = "ok"],
  // Not tried at all, which proves nothing; but one way that works does.
  [open(UNDO), (e) => e.tried.inside.undone[1]![1] = "not found"],
  [fails(UNDO), ({ tried: { inside: { undone } } }) => {
    undone[0]![1] = "ok";
    undone[1]![1] = "not found";
  }],

  [fails(NETWORK), (e) => e.inside.interfaces.push({ name: "eth0", up: true })],
  [NOTHING, (e) => e.inside.interfaces.push({ name: "eth0", up: false })],
  [fails(NETWORK), (e) => e.inside.interfaces = []],
  [fails(NETWORK), (e) => e.inside.sockets = 1],
  [open(NETWORK), (e) => e.outside.sockets = 0],
  // Where none is outside, one inside is of somebody all the same.
  [fails(NETWORK), ({ inside, outside }) => {
    [inside.sockets, outside.sockets] = [1, 0];
  }],
  [fails(NETWORK), ({ inside, outside }) => {
    inside.interfaces = [];
    outside.sockets = 0;
  }],

  [open(QUEUE), (e) => e.tried.inside.queues = []],
  [fails(QUEUE), (e) => e.tried.inside.queues.push({ id: 4, key: 19 })],
  [
    fails(QUEUE),
    (e) => e.tried.outside.queues.push(e.tried.inside.queues[0]!),
  ],

  [fails(CGROUP), (e) => e.inside.cgroups.push(cgroup("/user.slice"))],
  [NOTHING, (e) => e.peer.cgroups.push(cgroup("/"))],
  [open(CGROUP), (e) => e.peer.cgroups = [cgroup("/")]],

  [fails(DATA), (e) => e.tried.outside.volumes[0] = "nothing"],
  [fails(DATA), (e) => e.left[0] = ""],
  [open(DATA), ({ tried, left }) => {
    tried.inside.volumes[0] = "EACCES";
    tried.outside.volumes[0] = left[0] = "";
  }],
  [open(DATA), (e) => e.tried.inside.volumes[0] = "ENOENT"],
  [fails(FIXED), (e) => e.tried.inside.volumes[1] = "written"],
  [fails(FIXED), (e) => e.tried.inside.volumes[1] = "EACCES"],
  [fails(FIXED), (e) => e.tried.outside.volumes[1] = "written"],
  [fails(FIXED), (e) => e.left[1] = "written"],
  [open(FIXED), (e) => e.tried.inside.volumes[1] = "ENOENT"],

  [open(PIDS, FILLED), (e) => e.unlimited = "there is no hierarchy"],
  [fails(PIDS), (e) => e.peer.limits.pids = "39"],
  [fails(PIDS), (e) => e.peer.limits.pids = "41"],
  [fails(PIDS), (e) => e.peer.limits.pids = "max"],
  [fails(PIDS), (e) => e.peer.limits.pids = null],
  [open(PIDS), (e) => e.tried.inside.bombed = null],
  [fails(PIDS), (e) => e.tried.inside.bombed!.started++],
  [fails(PIDS), (e) => e.tried.inside.bombed!.end = "ok"],
  [fails(PIDS), (e) => e.tried.inside.bombed!.end = "ENOMEM"],
  // Something else stopped it, and that only where the limit was set.
  [open(PIDS), (e) => e.tried.inside.bombed!.started--],
  [open(PIDS), (e) => e.tried.inside.bombed!.threads--],
  [fails(PIDS), ({ tried: { inside: { bombed } } }) => {
    bombed!.started--;
    bombed!.end = "ok";
  }],
  [fails(PIDS), ({ peer, tried }) => {
    peer.limits.pids = "41";
    tried.inside.bombed!.started--;
  }],

  // The kernel counts in pages, of 64K at most.
  [NOTHING, (e) => e.peer.limits.memory = `${MEMORY - PAGE}`],
  [fails(FILLED), (e) => e.peer.limits.memory = `${MEMORY - 16 * PAGE}`],
  [fails(FILLED), (e) => e.peer.limits.memory = `${MEMORY + PAGE}`],
  [fails(FILLED), (e) => e.peer.limits.memory = "max"],
  [fails(FILLED), (e) => e.peer.limits.memory = null],
  [open(FILLED), (e) => e.tried.inside.filled = null],
  [fails(FILLED), (e) => e.tried.inside.filled!.little = "SIGKILL"],
  // It came to the limit and had more: that was swap.
  [open(FILLED), (e) => e.tried.inside.filled!.much = "ok"],
  [open(FILLED), (e) => e.peer.metMemoryLimit = false],
  [open(FILLED), (e) => e.peer.metMemoryLimit = null],
  [fails(FILLED), ({ peer, tried }) => {
    peer.metMemoryLimit = false;
    tried.inside.filled!.much = "ok";
  }],
  [fails(FILLED), ({ peer }) => {
    peer.metMemoryLimit = false;
    peer.limits.memory = "max";
  }],
];

testClaims(lab, {
  values: {
    hostname: "claims.nslab",
    volume: `${HOST}:/data\n${HOST}:/fixed:ro`,
    pids: "max",
    memory: "max",
  },
  settle(e) {
    setLimits(e);
    e.outside.sockets ||= 1;
    e.peer.cgroups = [cgroup("/user.slice")];
    // By chance some outside have its number, or its key.
    const [{ id, key }] = e.tried.inside.queues as [
      { id: number; key: number },
    ];
    e.tried.outside.queues = [{ id, key: key + 1 }, { id: id + 1, key }];
  },
  cases: CASES,
});
