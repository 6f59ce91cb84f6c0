/**
 * What a machine says of itself where it concerns namespaces, as one plain JSON
 * object. It holds the files as they are: to find a cause is then a pure
 * function, which a test can ask about a machine that is elsewhere.
 *
 * Read: proc(5), namespaces(7), unshare(1)
 *
 * @module
 */

import { isMissing } from "../kernel/missing_file.ts";
import { NAMESPACES, namespacesOf } from "../kernel/namespaces.ts";
import { type NsLinks, readNsLinks } from "../kernel/ns_links.ts";
import { readStatus } from "../kernel/status.ts";
import { type Attempt, attempt, isNotStarted, PLAIN_WORDS } from "./attempt.ts";

/** What was found; all of it is optional in the sense of being empty. */
export interface Facts {
  /** `Deno.build.os`. */
  os: string;
  /** Contents by path; "" for what is there and may not be read. */
  files: Record<string, string>;
  /** The links in /proc/self/ns. */
  namespaces: NsLinks;
  /** What `unshare --version` says; null where there is none on PATH. */
  unshare: string | null;
  /**
   * A process in this mount namespace whose root is another mount: then this
   * one is in a chroot. Null where none was seen.
   */
  otherRoot: number | null;
  /** The security label of a process in a new user namespace; "" for none. */
  innerLabel: string;
  /** Whether a program can be started in the working directory. */
  mayEnter?: boolean;
  /** Smaller attempts, each with less than the one before it. */
  rungs: Rung[];
}

/** One smaller attempt. */
export interface Rung {
  /** The options of unshare. */
  flags: string[];
  /** What unshare said; null if it worked. */
  said: string | null;
}

/** What differs between processes; the rest is the machine's. */
const OWN_FILES = [
  "/proc/self/status",
  "/proc/self/mountinfo",
  "/proc/self/uid_map",
  "/proc/self/gid_map",
  "/proc/self/attr/current",
];

/**
 * To ask a question even where /dev/null or the working directory is missing:
 * none of the programs reads what it could not get from there.
 */
export const ANYWHERE = { cwd: "/", stdin: "inherit" } as const;

const FILES = [
  ...OWN_FILES,
  "/proc/version",
  "/proc/cpuinfo",
  "/proc/sys/kernel/osrelease",
  "/proc/sys/kernel/unprivileged_userns_clone",
  "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
  ...NAMESPACES.map(({ limit }) => `/proc/sys/user/${limit}`),
  "/dev/null",
  "/etc/os-release",
  "/etc/apparmor.d/unshare-userns-restrict",
  "/.dockerenv",
  "/run/.containerenv",
  "/run/systemd/container",
  "/run/secrets/kubernetes.io/serviceaccount/namespace",
  "/sys/class/dmi/id/sys_vendor",
  "/sys/class/dmi/id/product_name",
];

/**
 * Gathers the facts; it takes a few smaller attempts, and changes nothing.
 *
 * @param tried The options that unshare was given.
 * @param as A command line that runs what follows as somebody else: then the
 * facts are theirs.
 * @returns The facts.
 */
export async function gatherFacts(
  tried: readonly string[],
  as: readonly string[] = [],
): Promise<Facts> {
  const [files, own, unshare, innerLabel, rungs] = await Promise.all([
    readFiles(),
    as.length === 0 ? {} : readAs(as),
    readVersion(),
    output([...as, ...ROOT_INSIDE, "cat", "/proc/self/attr/current"]),
    Promise.all(rungFlags(tried).map((flags) => climb(flags, as))),
  ]);
  return {
    os: Deno.build.os,
    files: { ...files, ...own },
    namespaces: orNothing(readNsLinks) ?? {},
    unshare,
    otherRoot: findOtherRoot(),
    innerLabel: innerLabel?.trim() ?? "",
    mayEnter: mayEnter(),
    rungs,
  };
}

const ROOT_INSIDE = ["unshare", "--user", "--map-root-user"];

/**
 * The ladder: a user namespace, root in it, a /proc in it; and each namespace
 * that was asked for, alone.
 */
function rungFlags(tried: readonly string[]): string[][] {
  const user = tried.includes("--user") ? ["--user", "--map-root-user"] : [];
  const alone = namespacesOf(tried).filter((type) => type !== "user")
    .map((type) => NAMESPACES.find((kind) => kind.type === type)!.flag);
  return [
    ["--user"],
    ["--user", "--map-root-user"],
    ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc"],
    ...alone.map((flag) => [
      ...user,
      flag,
      ...flag === "--pid" ? ["--fork"] : [],
    ]),
  ];
}

async function climb(flags: string[], as: readonly string[]): Promise<Rung> {
  const failed = await attempt([...as, "unshare", ...flags, "true"], {
    cwd: "/",
  });
  return { flags, said: failed === undefined ? null : wordsOf(failed) };
}

function wordsOf({ said, signal }: Attempt): string {
  return said || (signal ?? "nothing");
}

async function readFiles(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  await Promise.all(FILES.map(async (path) => {
    try {
      files[path] = await Deno.readTextFile(path);
    } catch (error) {
      if (!isMissing(error)) files[path] = "";
    }
  }));
  // One processor is enough: they are alike.
  const processor = files["/proc/cpuinfo"]?.split("\n\n")[0];
  if (processor !== undefined) files["/proc/cpuinfo"] = processor;
  return files;
}

async function readAs(as: readonly string[]): Promise<Record<string, string>> {
  const files = OWN_FILES.map(async (path) =>
    [path, await output([...as, "cat", path])] as const
  );
  return Object.fromEntries(
    (await Promise.all(files)).filter(([, text]) => text !== undefined),
  ) as Record<string, string>;
}

/** Busybox has no --version, and names itself while it says so. */
async function readVersion(): Promise<string | null> {
  try {
    const { stdout, stderr } = await new Deno.Command("unshare", {
      ...ANYWHERE,
      args: ["--version"],
      env: PLAIN_WORDS,
    }).output();
    const decoder = new TextDecoder();
    return decoder.decode(stdout) + decoder.decode(stderr);
  } catch (error) {
    if (isNotStarted(error)) return null;
    throw error;
  }
}

/** What a command prints; undefined if it fails. */
async function output([program, ...args]: string[]) {
  try {
    const { success, stdout } = await new Deno.Command(program!, {
      ...ANYWHERE,
      args,
    }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (isNotStarted(error)) return undefined;
    throw error;
  }
}

/**
 * Looks among this process's ancestors for one that shares the mount namespace
 * and not the root: chroot(2) changes the root and nothing else. An ordinary
 * user may look only at processes of their own.
 */
function findOtherRoot(): number | null {
  const mount = (pid: number | "self") =>
    orNothing(() => Deno.readLinkSync(`/proc/${pid}/ns/mnt`));
  const root = (pid: number | "self") =>
    orNothing(() =>
      Array.from(
        Deno.readTextFileSync(`/proc/${pid}/mountinfo`)
          .matchAll(/^(\d+) \d+ \S+ \S+ \/ /gm),
        ([, id]) => id,
      ).join()
    );
  const own = { mount: mount("self"), root: root("self") };
  let pid = orNothing(() => readStatus().ppid) ?? 0;
  while (pid > 0) {
    const theirs = root(pid);
    if (
      theirs !== undefined && theirs !== own.root && mount(pid) === own.mount
    ) return pid;
    const here = pid;
    pid = orNothing(() => readStatus(here).ppid) ?? 0;
  }
  return null;
}

/** To start a program in a directory takes the right to search it. */
function mayEnter(): boolean {
  return orNothing(() => Deno.lstatSync("./.")) !== undefined;
}

/** What cannot be read is not known. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
