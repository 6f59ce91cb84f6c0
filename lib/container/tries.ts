/**
 * What is tried in the container, where it goes with the container, and what
 * the outside finds of it meanwhile.
 *
 * @module
 */

import { type Errno, tryTo } from "../kernel/errno.ts";
import { isMissing } from "../kernel/missing_file.ts";
import { type Queue, readQueues } from "../kernel/sysvipc.ts";
import { NO_LIMIT } from "../lab/confine.ts";
import type { Prop } from "../lab/lab.ts";
import type { ContainerValues } from "./options.ts";
import {
  type Bombed,
  fillMemory,
  forkUntilRefused,
  MOST_MEMORY,
  MOST_PROCESSES,
} from "./strain.ts";
import { parseVolumes, type Volume } from "./volumes.ts";

/** A file that the inside writes to its root. */
export const ROOT_FILE = "written-inside";
/** A file that the inside writes to each volume. */
export const VOLUME_FILE = "written-inside.nslab";

const MEBIBYTE = 1024 ** 2;

/** What to try. */
export interface Trial {
  /** Where to write. */
  volumes: Volume[];
  /** What to write: a word of this run only. */
  token: string;
  /** How many processes there may be; null for no limit to strain. */
  pids: number | null;
  /** How many bytes there may be; null for no limit to strain. */
  memory: number | null;
}

/** What came of it. */
export interface Tried {
  /** Writing a file to /; empty outside, where it is not tried. */
  root: Errno;
  /** Making a directory in /usr; empty outside. */
  usr: Errno;
  /** The message queues there are; the inside has made one. */
  queues: Queue[];
  /** For each volume what the inside's writing came to, or the outside read. */
  volumes: string[];
  /** Starting processes until it is refused. */
  bombed: Bombed | null;
  /** Filling a little memory, and more than the limit. */
  filled: { little: string; much: string } | null;
}

/**
 * Decides what to try.
 *
 * @param values The lab's options.
 * @param unlimited Why there are no limits though some were asked for.
 * @returns What to try. Nothing of it exists outside.
 */
export function prepareTrial(
  { volume, pids, memory }: ContainerValues,
  unlimited: string | undefined,
): Prop<Trial> {
  const strain = (limit: string, most: number): number | null =>
    limit !== NO_LIMIT && unlimited === undefined && Number(limit) <= most
      ? Number(limit)
      : null;
  const given = {
    volumes: parseVolumes(volume),
    token: crypto.randomUUID(),
    pids: strain(pids, MOST_PROCESSES),
    memory: strain(memory, MOST_MEMORY),
  };
  return { given, close() {} };
}

/**
 * Tries it all.
 *
 * @param trial What to try.
 * @param isolated Whether this is the container.
 * @returns What came of it.
 */
export async function runTrial(
  trial: Trial,
  isolated: boolean,
): Promise<Tried> {
  return isolated ? await tryInside(trial) : lookOutside(trial);
}

async function tryInside(
  { volumes, token, pids, memory }: Trial,
): Promise<Tried> {
  await new Deno.Command("ipcmk", { args: ["--queue"] }).output();
  const write = (path: string) =>
    tryTo(() => Deno.writeTextFileSync(path, `${token}\n`));
  return {
    root: write(`/${ROOT_FILE}`),
    usr: tryTo(() => Deno.mkdirSync(`/usr/${ROOT_FILE}`)),
    queues: readQueues(),
    volumes: volumes.map(({ inside }) => write(`${inside}/${VOLUME_FILE}`))
      .map((said) => said === "ok" ? token : said),
    bombed: pids === null ? null : await forkUntilRefused(pids + 1),
    filled: memory === null ? null : {
      little: await fillMemory(MEBIBYTE),
      much: await fillMemory(memory + MEBIBYTE),
    },
  };
}

function lookOutside({ volumes }: Trial): Tried {
  return {
    root: "",
    usr: "",
    queues: readQueues(),
    volumes: volumes.map(({ host }) => read(`${host}/${VOLUME_FILE}`)),
    bombed: null,
    filled: null,
  };
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (isMissing(error)) return "nothing";
    throw error;
  }
}
