/**
 * The claims of the container lab.
 *
 * @module
 */

import { printable } from "../cli/printable.ts";
import { formatSize } from "../cli/size.ts";
import type { Cgroup } from "../kernel/cgroups.ts";
import type { Mount } from "../kernel/mountinfo.ts";
import { NO_LIMIT } from "../lab/confine.ts";
import { type Claim, claim, type Evidence, inconclusive } from "../lab/lab.ts";
import type { Controller } from "../lab/limits.ts";
import { namesIn, SOURCE } from "./new_root.ts";
import type { ContainerValues } from "./options.ts";
import { MOST_MEMORY, MOST_PROCESSES } from "./strain.ts";
import type { ContainerView } from "./text.ts";
import { ROOT_FILE, type Tried, VOLUME_FILE } from "./tries.ts";
import { parseVolumes } from "./volumes.ts";

/** The namespaces that make a container; a time namespace is not customary. */
export const ISOLATED = ["mnt", "uts", "ipc", "net", "pid", "cgroup"] as const;

/** What the outside sees of the process inside. */
export interface ContainerPeer {
  /** Its number outside. */
  pid: number;
  /** The names in its root directory. */
  files: string[];
  /** Its mount points. */
  mounts: Mount[];
  /** Its control groups, with their real paths. */
  cgroups: Cgroup[];
  /** What binds it, as the kernel spells it; null for nothing. */
  limits: Record<Controller, string | null>;
}

/** What one run of the lab observed. */
export type ContainerEvidence = Evidence<
  ContainerView,
  ContainerPeer,
  Tried,
  keyof ContainerValues
>;

/**
 * What the evidence proves.
 *
 * @param evidence What was seen.
 * @returns The claims; those on volumes and limits only where they were asked
 * for.
 */
export function containerClaims(evidence: ContainerEvidence): Claim[] {
  const { before, inside, outside, peer, tried, values } = evidence;
  const shared = ISOLATED.filter((type) =>
    inside.namespaces[type] === outside.namespaces[type]
  );
  const list = (names: string[]) => names.map(printable).join(" ");
  const put = namesIn(parseVolumes(values.volume));
  const ownRoot = (mounts: Mount[]) =>
    mounts.some((mount) => mount.mountPoint === "/" && mount.source === SOURCE);
  const devices = inside.interfaces.filter(({ up }) => up);
  const [queue] = tried.inside.queues;
  const paths = peer.cgroups.filter(({ path }) => path !== "/");
  return [
    claim(
      "Its namespaces are others",
      shared.length === 0,
      shared.length === 0
        ? `${ISOLATED.join(", ")}: each differs`
        : `the same as outside: ${shared.join(", ")}`,
    ),
    claim(
      "It is pid 1, and sees no process of the host",
      inside.pid === 1 && inside.processes.length === 1 &&
        outside.processes.length > 1,
      `1 of ${outside.processes.length} processes: ${peer.pid} outside`,
    ),
    claim(
      "Its host name is its own",
      inside.hostname === values.hostname &&
        outside.hostname === before.hostname &&
        outside.hostname !== inside.hostname,
      `inside "${printable(inside.hostname)}", ` +
        `outside "${printable(outside.hostname)}"`,
    ),
    claim(
      "Its root holds only what was put there",
      inside.files.every((name) => put.has(name)),
      `inside, / holds ${list(inside.files)}`,
    ),
    claim(
      "Its mounts are its own, and the host sees none of them",
      ownRoot(inside.mounts) && ownRoot(peer.mounts) &&
        !ownRoot(outside.mounts) &&
        inside.mounts.every(({ mountPoint }) =>
          put.has(mountPoint.split("/")[1]!)
        ),
      `${inside.mounts.length} mounts inside, as ` +
        `/proc/${peer.pid}/mountinfo tells; ${outside.mounts.length} outside`,
    ),
    claim(
      "A file written to / is not on the host",
      tried.inside.root === "ok" && peer.files.includes(ROOT_FILE) &&
        !outside.files.includes(ROOT_FILE),
      `/${ROOT_FILE} inside is /proc/${peer.pid}/root/${ROOT_FILE} outside, ` +
        "in memory, and goes with the container",
    ),
    claim(
      "/usr is read-only",
      tried.inside.usr === "EROFS",
      `mkdir in /usr: ${tried.inside.usr}`,
    ),
    claim(
      "Its network is a loopback device, up, and no socket of the host",
      devices.map(({ name }) => name).join() === "lo" && inside.sockets === 0,
      `${inside.sockets} sockets inside, ${outside.sockets} outside`,
    ),
    claim(
      "A message queue made inside exists only there",
      tried.inside.queues.length === 1 &&
        !tried.outside.queues.some(({ id, key }) =>
          id === queue?.id && key === queue.key
        ),
      `queue ${queue?.id} (key ${queue?.key}) inside, ` +
        `${tried.outside.queues.length} queues outside`,
    ),
    paths.length === 0
      ? inconclusive(
        "It does not see in which control group it is",
        'the path is "/" outside, too',
      )
      : claim(
        "It does not see in which control group it is",
        inside.cgroups.every(({ path }) => path === "/"),
        `/ inside, ${list(paths.map(({ path }) => path))} outside`,
      ),
    ...volumeClaims(evidence),
    ...limitClaim(evidence, "pids"),
    ...limitClaim(evidence, "memory"),
  ];
}

function volumeClaims({ values, tried }: ContainerEvidence): Claim[] {
  return parseVolumes(values.volume).map(({ host, inside }, at) => {
    const wrote = tried.inside.volumes[at]!;
    const sentence = `What is written to ${inside} is in ${host}`;
    return /^E[A-Z]+$/.test(wrote)
      ? inconclusive(sentence, `you may not write there: ${wrote}`)
      : claim(
        sentence,
        wrote === tried.outside.volumes[at],
        `${inside}/${VOLUME_FILE} inside is ${host}/${VOLUME_FILE} outside, ` +
          `and stays there`,
      );
  });
}

function limitClaim(
  { values, unlimited, tried, peer }: ContainerEvidence,
  controller: Controller,
): Claim[] {
  const limit = values[controller];
  if (limit === NO_LIMIT) return [];
  const { sentence, tooMuch, decide } = LIMITS[controller](limit, tried.inside);
  if (unlimited !== undefined) return [inconclusive(sentence, unlimited)];
  const set = peer.limits[controller] === limit;
  const outside = `the outside reads ${peer.limits[controller]} as the limit ` +
    `of process ${peer.pid}`;
  if (tooMuch !== undefined) {
    return [inconclusive(sentence, `not tried, for ${tooMuch}; ${outside}`)];
  }
  const { holds, evidence } = decide();
  return [claim(sentence, set && holds, `${evidence}; ${outside}`)];
}

/** How to decide on one limit. */
interface Decision {
  sentence: string;
  /** Why nothing was tried. */
  tooMuch: string | undefined;
  decide(): { holds: boolean; evidence: string };
}

const LIMITS = {
  pids: (limit: string, { bombed }: Tried): Decision => ({
    sentence: `A fork bomb stops at ${limit} processes and threads`,
    tooMuch: bombed === null
      ? `more than ${MOST_PROCESSES} processes would be needed`
      : undefined,
    decide() {
      const { started, threads, end } = bombed!;
      return {
        holds: end === "EAGAIN" && started + threads <= Number(limit),
        evidence: `${started} processes beside the ${threads} threads of ` +
          `Deno, then: ${end}`,
      };
    },
  }),
  memory: (limit: string, { filled }: Tried): Decision => ({
    sentence: `No more than ${formatSize(Number(limit))} of memory can be had`,
    tooMuch: filled === null
      ? `more than ${formatSize(MOST_MEMORY)} would have to be filled`
      : undefined,
    decide() {
      const { little, much } = filled!;
      return {
        holds: little === "ok" && much !== "ok",
        evidence: `filling 1M: ${little}, filling 1M more than the limit: ` +
          much,
      };
    },
  }),
} as const;
