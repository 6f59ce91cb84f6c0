/**
 * What is tried in the container, where it goes with the container, and what
 * the outside finds of it meanwhile and afterwards.
 *
 * @module
 */

import { type Errno, tryTo } from "../kernel/errno.ts";
import { isMissing } from "../kernel/missing_file.ts";
import { type Queue, readQueues } from "../kernel/sysvipc.ts";
import { NO_LIMIT } from "../lab/confine.ts";
import { keep } from "../lab/keeper.ts";
import type { Prop } from "../lab/lab.ts";
import type { ContainerValues } from "./options.ts";
import { tryToUndo, type Undoing } from "./renounce.ts";
import {
  type Bombed,
  fillMemory,
  forkUntilRefused,
  MOST_MEMORY,
  MOST_PROCESSES,
} from "./strain.ts";
import { parseVolumes } from "./volumes.ts";

const MEBIBYTE = 1024 ** 2;

/** One file with two names. */
export interface Shared {
  /** Its path outside. */
  host: string;
  /** Its path in the container. */
  inside: string;
}

/** What to try. */
export interface Trial {
  /** A name of this run only, to write to / and to /usr. */
  name: string;
  /** An empty file in each volume, to write to. */
  shared: Shared[];
  /** What to write: a word of this run only. */
  token: string;
  /** How many processes there may be; null for no limit to strain. */
  pids: number | null;
  /** How many bytes there may be; null for no limit to strain. */
  memory: number | null;
}

/** What came of it. */
export interface Tried {
  /** The name that was written to. */
  name: string;
  /** Writing a file to /; empty outside, where it is not tried. */
  root: Errno;
  /** Making a directory in /usr; empty outside. */
  usr: Errno;
  /** Undoing what makes the container; nothing outside. */
  undone: Undoing[];
  /** The message queues there are; the inside has made one. */
  queues: Queue[];
  /** The files in the volumes. */
  shared: Shared[];
  /** For each what the inside's writing came to, or what the outside read. */
  volumes: string[];
  /** Starting processes until it is refused. */
  bombed: Bombed | null;
  /** Filling a little memory, and more than the limit. */
  filled: { little: string; much: string } | null;
}

/**
 * Decides what to try. What is written to a volume would stay there, in a folder
 * of the user's: so it goes into a file that the outside makes, with a name that
 * was not there, and removes, even if the launcher is killed. The inside creates
 * none.
 *
 * @param values The lab's options.
 * @param unlimited Why there are no limits though some were asked for.
 * @returns What to try, and how to look what of it is left in the volumes.
 */
export async function prepareTrial(
  { volume, pids, memory }: ContainerValues,
  unlimited: string | undefined,
): Promise<Prop<Trial, string[]>> {
  const strain = (limit: string, most: number): number | null =>
    limit !== NO_LIMIT && unlimited === undefined && Number(limit) <= most
      ? Number(limit)
      : null;
  const token = crypto.randomUUID();
  const name = `nslab-${token.slice(0, 8)}`;
  const shared = parseVolumes(volume).map(({ host, inside }, at) => ({
    host: `${host}/.${name}-${at}`,
    inside: `${inside}/.${name}-${at}`,
  }));
  const given = {
    name,
    shared,
    token,
    pids: strain(pids, MOST_PROCESSES),
    memory: strain(memory, MOST_MEMORY),
  };
  if (shared.length === 0) {
    return {
      given,
      close() {},
      left: () => Promise.resolve([]),
    };
  }
  const words = shared.map(({ host }) => host);
  // exec: where no more processes may be started, there is one to become rm.
  const remove = 'exec rm -f -- "$@"';
  const kept = await keep({ make: [MAKE], remove, words });
  return {
    given,
    left: () => readFiles(words),
    async close() {
      if ("close" in kept) await kept.close();
    },
  };
}

/** set -C: > makes a file, or fails. There may be volumes only to be read. */
const MAKE = 'for file; do (set -C; : >"$file") 2>/dev/null || :; done';

/** The first line of each file, with no permission but to run unshare. */
async function readFiles(paths: readonly string[]): Promise<string[]> {
  const script = "for file; do line=; read -r line 2>/dev/null " +
    '<"$file"; echo "$line"; done';
  const { stdout } = await new Deno.Command("unshare", {
    args: ["sh", "-c", script, "sh", ...paths],
  }).output();
  return new TextDecoder().decode(stdout).split("\n").slice(0, paths.length);
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
  { name, shared, token, pids, memory }: Trial,
): Promise<Tried> {
  await new Deno.Command("ipcmk", { args: ["--queue"] }).output();
  const write = (path: string, options: Deno.WriteFileOptions) =>
    tryTo(() => Deno.writeTextFileSync(path, `${token}\n`, options));
  return {
    name,
    root: write(`/${name}`, { createNew: true }),
    usr: tryTo(() => Deno.mkdirSync(`/usr/${name}`)),
    undone: await tryToUndo(),
    queues: readQueues(),
    shared,
    volumes: shared.map(({ inside }) => write(inside, { create: false }))
      .map((said) => said === "ok" ? token : said),
    bombed: pids === null ? null : await forkUntilRefused(pids + 1),
    filled: memory === null ? null : {
      little: await fillMemory(MEBIBYTE),
      much: await fillMemory(memory + MEBIBYTE),
    },
  };
}

function lookOutside({ name, shared }: Trial): Tried {
  return {
    name,
    root: "",
    usr: "",
    undone: [],
    queues: readQueues(),
    shared,
    volumes: shared.map(({ host }) => read(host)),
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
