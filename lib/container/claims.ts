/**
 * The claims of the container lab.
 *
 * @module
 */

import { formatSize } from "../cli/size.ts";
import type { Cgroup } from "../kernel/cgroups.ts";
import type { Mount } from "../kernel/mountinfo.ts";
import { NO_LIMIT } from "../lab/confine.ts";
import { type Claim, claim, type Evidence, inconclusive } from "../lab/lab.ts";
import type { Controller } from "../kernel/limits.ts";
import { namesIn, SOURCE } from "./new_root.ts";
import type { ContainerValues } from "./options.ts";
import { isRefusal } from "./renounce.ts";
import { MOST_MEMORY, MOST_PROCESSES } from "./strain.ts";
import type { ContainerView } from "./text.ts";
import type { Tried } from "./tries.ts";
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
  /** Whether its own group came to its limit of memory. */
  metMemoryLimit: boolean | null;
}

/** What one run of the lab observed. */
export type ContainerEvidence = Evidence<
  ContainerView,
  ContainerPeer,
  Tried,
  keyof ContainerValues,
  string[]
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
  const list = (names: string[]) => names.join(" ");
  const put = namesIn(parseVolumes(values.volume));
  const own = (mounts: Mount[]) =>
    mounts.filter(({ source }) => source === SOURCE);
  const hasOwnRoot = (mounts: Mount[]) =>
    own(mounts).some(({ mountPoint }) => mountPoint === "/");
  const called = outside.hostname === before.hostname &&
    before.hostname === values.hostname;
  const { name } = tried.inside;
  const devices = inside.interfaces.filter(({ up }) => up);
  const isLoopback = devices.map(({ name }) => name).join() === "lo";
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
      `pid ${inside.pid} inside, ${peer.pid} outside; ` +
        `${inside.processes.length} process inside, ` +
        `${outside.processes.length} outside`,
    ),
    claim(
      "Its host name is its own",
      inside.hostname === values.hostname &&
        outside.hostname === before.hostname &&
        outside.hostname !== inside.hostname,
      `inside "${inside.hostname}", ` +
        `outside "${outside.hostname}"`,
      called && `"${before.hostname}" is the name outside already`,
    ),
    claim(
      "Its root holds only what was put there",
      inside.files.every((name) => put.has(name)),
      `inside, / holds ${list(inside.files)}`,
    ),
    claim(
      "Its mounts are its own, and the host sees none of them",
      hasOwnRoot(inside.mounts) && hasOwnRoot(peer.mounts) &&
        // Within another container there is one outside already.
        own(outside.mounts).length === own(before.mounts).length &&
        inside.mounts.every(({ mountPoint }) =>
          put.has(mountPoint.split("/")[1]!)
        ),
      `${inside.mounts.length} mounts inside, as ` +
        `/proc/${peer.pid}/mountinfo tells; ${outside.mounts.length} outside`,
    ),
    claim(
      "A file written to / is not on the host",
      tried.inside.root === "ok" && peer.files.includes(name) &&
        !outside.files.includes(name),
      `writing /${name} inside: ${tried.inside.root}; outside, ` +
        `/proc/${peer.pid}/root ${has(peer.files, name)}, ` +
        `and / ${has(outside.files, name)}`,
    ),
    claim(
      "/usr is read-only",
      tried.inside.usr === "EROFS",
      `mkdir in /usr: ${tried.inside.usr}`,
    ),
    undoClaim(tried.inside),
    claim(
      "Its network is a loopback device, up, and no socket of the host",
      isLoopback && inside.sockets === 0,
      `${list(devices.map(({ name }) => name))}; ` +
        `${inside.sockets} sockets inside, ${outside.sockets} outside`,
      isLoopback && inside.sockets + outside.sockets === 0 &&
        "there is no socket outside to be seen",
    ),
    claim(
      "A message queue made inside exists only there",
      tried.inside.queues.length === 1 &&
        !tried.outside.queues.some(({ id, key }) =>
          id === queue?.id && key === queue.key
        ),
      `queue ${queue?.id} (key ${queue?.key}) inside, ` +
        `${tried.outside.queues.length} queues outside`,
      queue === undefined && "no message queue can be made inside",
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

function has(files: string[], name: string): string {
  return files.includes(name) ? "has it" : "has it not";
}

function undoClaim({ undone }: Tried): Claim {
  const refused = undone.filter(([, said]) => isRefusal(said));
  const odd = undone.filter(([, said]) => said !== "ok" && !isRefusal(said));
  return claim(
    "Root in there cannot undo it",
    undone.length > 0 && refused.length === undone.length,
    undone.map(([way, said]) => `${way}: ${said}`).join("; "),
    refused.length + odd.length === undone.length && odd.length > 0 &&
      odd.map(([way, said]) => `${way}: ${said}`).join("; "),
  );
}

function volumeClaims({ values, tried, left }: ContainerEvidence): Claim[] {
  return parseVolumes(values.volume).map(({ host, inside, readOnly }, at) => {
    const wrote = tried.inside.volumes[at]!;
    const meanwhile = tried.outside.volumes[at]!;
    const after = left[at]!;
    const file = tried.inside.shared[at]!;
    const refused = /^E[A-Z]+$/.test(wrote);
    const sentence = readOnly
      ? `Nothing can be written to ${inside}`
      : `What is written to ${inside} is in ${host}, and stays there`;
    if (wrote === "ENOENT") {
      return inconclusive(sentence, `you may make no file in ${host}`);
    }
    if (readOnly) {
      return claim(
        sentence,
        wrote === "EROFS" && meanwhile === "" && after === "",
        `writing to ${file.inside}: ${refused ? wrote : "ok"}`,
      );
    }
    const held = (text: string) => text === wrote ? "had it" : "had it not";
    return claim(
      sentence,
      wrote === meanwhile && wrote === after,
      `outside, ${file.host} ${held(meanwhile)}; ` +
        `when the container had ended, it ${held(after)}`,
      refused && `you may not write there: ${wrote}`,
    );
  });
}

function limitClaim(
  { values, unlimited, tried, peer }: ContainerEvidence,
  controller: Controller,
): Claim[] {
  const limit = values[controller];
  if (limit === NO_LIMIT) return [];
  const { sentence, grain, tooMuch, decide } = LIMITS[controller](
    limit,
    tried.inside,
  );
  if (unlimited !== undefined) return [inconclusive(sentence, unlimited)];
  const less = Number(limit) - Number(peer.limits[controller]);
  const set = less >= 0 && less < grain;
  const outside = `the outside reads ${peer.limits[controller]} as the limit ` +
    `of process ${peer.pid}`;
  if (tooMuch !== undefined) {
    return [inconclusive(sentence, `not tried, for ${tooMuch}; ${outside}`)];
  }
  const { holds, seen, undecided } = decide(peer);
  return [
    claim(
      sentence,
      set && holds,
      `${seen}; ${outside}`,
      set && undecided && `${seen}; ${undecided}`,
    ),
  ];
}

/** How to decide on one limit. */
interface Decision {
  sentence: string;
  /** What the kernel rounds down to: it keeps memory in pages. */
  grain: number;
  /** Why nothing was tried. */
  tooMuch: string | undefined;
  decide(peer: ContainerPeer): {
    holds: boolean;
    seen: string;
    /** Why that says nothing of this limit. */
    undecided: string | false;
  };
}

/** On no machine is a page larger, in bytes: on ARM and POWER it may be so. */
const LARGEST_PAGE = 65_536;

const LIMITS = {
  pids: (limit: string, { bombed }: Tried): Decision => ({
    sentence: `A fork bomb stops at ${limit} processes and threads`,
    grain: 1,
    tooMuch: bombed === null
      ? `more than ${MOST_PROCESSES} processes would be needed`
      : undefined,
    decide() {
      const { started, threads, end } = bombed!;
      // unshare, which waits, is in the group, too.
      const total = started + threads + 1;
      return {
        holds: end === "EAGAIN" && total === Number(limit),
        seen: `${started} processes beside unshare and the ${threads} ` +
          `threads of Deno, then: ${end}`,
        undecided: end !== "ok" && total < Number(limit) &&
          `something else stopped it earlier, at ${total}`,
      };
    },
  }),
  memory: (limit: string, { filled }: Tried): Decision => ({
    sentence: `No more than ${formatSize(Number(limit))} of memory can be had`,
    grain: LARGEST_PAGE,
    tooMuch: filled === null
      ? `more than ${formatSize(MOST_MEMORY)} would have to be filled`
      : undefined,
    decide({ metMemoryLimit }) {
      const { little, much } = filled!;
      const earlier = "something else stopped it earlier, ";
      return {
        holds: little === "ok" && much !== "ok" && metMemoryLimit === true,
        seen: `filling 1M: ${little}, filling 1M more than the limit: ${much}`,
        undecided: much === "ok"
          // Without a limit of both, cgroups(7): memory.memsw, v1.
          ? metMemoryLimit === true && "the rest of it went to swap"
          : metMemoryLimit === null
          ? `${earlier}perhaps: the kernel does not tell`
          : !metMemoryLimit &&
            `${earlier}for this control group did not come to its limit`,
      };
    },
  }),
} as const;
