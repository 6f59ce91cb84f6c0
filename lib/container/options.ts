/**
 * The options of the container lab.
 *
 * @module
 */

import { checkHostName } from "../cli/host_name.ts";
import { parseSize } from "../cli/size.ts";
import { NO_LIMIT } from "../lab/confine.ts";
import type { OwnOption } from "../lab/lab.ts";
import { checkVolumes, resolveVolumes } from "./volumes.ts";

/** The most that the kernel has numbers for: proc_sys_kernel(5), pid_max. */
const MOST_PIDS = 4_194_304;

function checkPids(value: string): string | undefined {
  if (value === NO_LIMIT) return undefined;
  const pids = /^[1-9][0-9]*$/.test(value) ? Number(value) : Infinity;
  return pids <= MOST_PIDS
    ? undefined
    : `a positive whole number of at most ${MOST_PIDS} is needed`;
}

function checkMemory(value: string): string | undefined {
  return value === NO_LIMIT || parseSize(value) !== undefined
    ? undefined
    : "a size is a positive whole number, with K, M, G or T or without";
}

/** The options, as a table. */
export const containerOptions = {
  hostname: {
    value: "NAME",
    default: "container.nslab",
    help: "the host name to set inside (container.nslab)",
    check: checkHostName,
  },
  volume: {
    value: "HOST:INSIDE",
    default: "",
    repeat: true,
    help: "bind the folder HOST of this machine to INSIDE, with :ro after " +
      "it to read only; may be repeated",
    check: checkVolumes,
    resolve: resolveVolumes,
  },
  pids: {
    value: "N",
    default: NO_LIMIT,
    help: "at most N processes and threads, by a control group (max)",
    check: checkPids,
  },
  memory: {
    value: "SIZE",
    default: NO_LIMIT,
    help: "at most SIZE of memory, as in 256M, by a control group (max)",
    check: checkMemory,
    resolve: (value) => `${parseSize(value) ?? NO_LIMIT}`,
  },
} satisfies Record<string, OwnOption>;

/** The values of these options. */
export type ContainerValues = Readonly<
  Record<keyof typeof containerOptions, string>
>;
