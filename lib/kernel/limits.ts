/**
 * Limits are no namespace: the kernel counts what the processes of a control
 * group use, and refuses more. A group is a directory, a limit is a file in it,
 * and a process joins by writing its number: cgroups(7). Under cgroup v2 each
 * controller has to be passed on by the group above; under v1 each has a
 * hierarchy of its own.
 *
 * @module
 */

import { type Cgroup, readCgroups } from "./cgroups.ts";
import { isMissing } from "./missing_file.ts";
import { type Mount, readMounts } from "./mountinfo.ts";

/** What can be limited. */
export const CONTROLLERS = ["pids", "memory"] as const;

/** A controller of control groups. */
export type Controller = typeof CONTROLLERS[number];

/** Where a process may make a control group of its own. */
export interface Place {
  /** What can be limited there. */
  controller: Controller;
  /** The directory of the group above it; "" if there is none. */
  folder: string;
  /** The file in the new group to write the limit to. */
  file: string;
  /** Why there is none; "" if there is one. */
  reason: string;
}

/** The file that holds a limit. */
const FILES: Record<Controller, { v1: string; v2: string }> = {
  pids: { v1: "pids.max", v2: "pids.max" },
  memory: { v1: "memory.limit_in_bytes", v2: "memory.max" },
};

/** Where a process is in the hierarchy that has a controller. */
export interface Position {
  /** The mount point of the hierarchy. */
  top: string;
  /** The directory of the group. */
  folder: string;
  /** The file in it that holds the limit. */
  file: string;
  /** Whether this is cgroup v2. */
  v2: boolean;
}

/**
 * Finds the control group of a process that has a controller.
 *
 * @param controller The controller.
 * @param cgroups The process's control groups.
 * @param mounts The mounts that this process sees.
 * @returns Where it is; undefined if it is in no mount.
 */
export function findPosition(
  controller: Controller,
  cgroups: Cgroup[],
  mounts: Mount[],
): Position | undefined {
  const v1 = cgroups.find(({ controllers }) =>
    controllers.includes(controller)
  );
  const cgroup = v1 ?? cgroups.find(({ hierarchy }) => hierarchy === 0);
  // A v1 hierarchy is mounted where its controllers are the last name: that is
  // the custom, and in this table nothing else tells them apart.
  const mount = mounts.findLast(({ fsType, mountPoint }) =>
    v1 === undefined ? fsType === "cgroup2" : fsType === "cgroup" &&
      mountPoint.split("/").at(-1)!.split(",").includes(controller)
  );
  if (cgroup === undefined || mount === undefined) return undefined;
  const root = mount.root === "/" ? "" : mount.root;
  if (!`${cgroup.path}/`.startsWith(`${root}/`)) return undefined;
  const path = cgroup.path.slice(root.length).replace(/\/$/, "");
  return {
    top: mount.mountPoint,
    folder: mount.mountPoint + path,
    file: FILES[controller][v1 === undefined ? "v2" : "v1"],
    v2: v1 === undefined,
  };
}

/**
 * Where this process may make control groups that limit.
 *
 * @returns One place for each controller.
 */
export function readPlaces(): Place[] {
  const cgroups = readCgroups();
  const mounts = readMounts();
  return CONTROLLERS.map((controller) => {
    const at = findPosition(controller, cgroups, mounts);
    if (at === undefined) {
      const reason =
        `no hierarchy with the ${controller} controller is mounted`;
      return { controller, folder: "", file: "", reason };
    }
    // Under v2 a group with processes passes no controller on, so the new one
    // is to be beside it or further up.
    const folder = at.v2
      ? upwards(at).find((above) => passesOn(above, controller))
      : at.folder;
    const { file } = at;
    if (folder === undefined) {
      const reason = `no control group above this process passes on the ` +
        `${controller} controller`;
      return { controller, folder: "", file, reason };
    }
    if (!isWritable(`${folder}/cgroup.procs`)) {
      const reason = `you may not write to ${folder}`;
      return { controller, folder: "", file, reason };
    }
    return { controller, folder, file, reason: "" };
  });
}

/**
 * The limits that bind a process.
 *
 * @param pid The process, as in /proc.
 * @returns By controller what the file of its own group says, for example "20"
 * or "max"; null where it cannot be read, as in the group on top of all.
 */
export function readLimits(pid: number): Record<Controller, string | null> {
  const cgroups = readCgroups(pid);
  const mounts = readMounts();
  const read = (controller: Controller): string | null => {
    const at = findPosition(controller, cgroups, mounts);
    return at === undefined
      ? null
      : readFile(`${at.folder}/${at.file}`) ?? null;
  };
  return { pids: read("pids"), memory: read("memory") };
}

/** What is charged at once, and to spare: in steps of this the limit is met. */
const STEP = 1024 ** 2;

/**
 * Whether a process's own group came to its limit of memory: those above it
 * have limits, too, which can be lower.
 *
 * @param pid The process, as in /proc.
 * @returns True or false; null where the kernel does not tell.
 */
export function hasMetMemoryLimit(pid: number): boolean | null {
  const at = findPosition("memory", readCgroups(pid), readMounts());
  if (at === undefined) return null;
  const read = (name: string) => readFile(`${at.folder}/${name}`);
  if (at.v2) {
    const times = /^max (\d+)$/m.exec(read("memory.events") ?? "")?.[1];
    return times === undefined ? null : times !== "0";
  }
  const most = read("memory.max_usage_in_bytes");
  return most === undefined
    ? null
    : Number(most) + STEP > Number(read(at.file));
}

function upwards({ top, folder }: Position): string[] {
  const folders = [folder];
  for (let at = folder; at !== top;) {
    at = at.slice(0, at.lastIndexOf("/"));
    folders.push(at);
  }
  return folders;
}

function passesOn(folder: string, controller: Controller): boolean {
  return readFile(`${folder}/cgroup.subtree_control`)
    ?.split(" ").includes(controller) ?? false;
}

function readFile(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** To open a file for writing, and to write nothing, changes nothing. */
function isWritable(path: string): boolean {
  try {
    Deno.openSync(path, { write: true }).close();
    return true;
  } catch {
    return false;
  }
}
