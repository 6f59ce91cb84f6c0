/**
 * One failure on one machine: what was tried and said, and the questions that
 * the table of causes asks about it. Nothing here looks at this machine.
 *
 * @module
 */

import { type Capability, hasCapability } from "../kernel/capabilities.ts";
import { parseIdMap } from "../kernel/id_map.ts";
import { parseMountinfo } from "../kernel/mountinfo.ts";
import {
  type NamespaceKind,
  NAMESPACES,
  namespacesOf,
} from "../kernel/namespaces.ts";
import { parseStatus, type Status } from "../kernel/status.ts";
import type { Attempt } from "./attempt.ts";
import { type Container, containerOf, FIRST } from "./environment.ts";
import type { Facts } from "./facts.ts";

/** A limit that nobody set: that of a user namespace that is not the first. */
const NO_LIMIT = 2 ** 31 - 1;

/**
 * Directories below /proc that are always empty: what is mounted there hides
 * nothing. The kernel makes them with proc_create_mount_point().
 */
const EMPTY = [
  ...["/proc/sys/fs/binfmt_misc", "/proc/fs/nfsd"],
  ...["/proc/openprom", "/proc/xen"],
];

/** One failure on one machine. */
export class Case {
  /** What is known of the machine. */
  readonly facts: Facts;
  /** What was tried, and what came of it. */
  readonly attempt: Attempt;
  /** The namespaces that were asked for. */
  readonly asked: readonly NamespaceKind[];
  /** Who tried. */
  readonly status: Status;

  /**
   * Puts both together.
   *
   * @param facts What is known of the machine.
   * @param attempt What was tried, and what came of it.
   */
  constructor(facts: Facts, attempt: Attempt) {
    this.facts = facts;
    this.attempt = attempt;
    const types = namespacesOf(unshareOptions(attempt.command));
    this.asked = NAMESPACES.filter(({ type }) => types.includes(type));
    this.status = parseStatus(this.file("/proc/self/status") ?? "");
  }

  /**
   * Whether the words that came back match.
   *
   * @param pattern What to look for.
   * @returns True if it is found.
   */
  says(pattern: RegExp): boolean {
    return pattern.test(this.attempt.said);
  }

  /**
   * A part of the words that came back.
   *
   * @param pattern A pattern with one group.
   * @returns The group's text; "" where nothing matches.
   */
  word(pattern: RegExp): string {
    return pattern.exec(this.attempt.said)?.[1] ?? "";
  }

  /**
   * What a file holds.
   *
   * @param path Its path.
   * @returns The text without the blanks around it; undefined where there is no
   * such file.
   */
  file(path: string): string | undefined {
    return this.facts.files[path]?.trim();
  }

  /**
   * Whether whoever tried has a capability.
   *
   * @param name The capability.
   * @returns True if it is effective.
   */
  can(name: Capability): boolean {
    return hasCapability(this.status.capabilities, name);
  }

  /**
   * Whether a namespace was asked for.
   *
   * @param type The name of its link in /proc/PID/ns.
   * @returns True if it was.
   */
  asks(type: NamespaceKind["type"]): boolean {
    return this.asked.some((kind) => kind.type === type);
  }

  /** The namespaces that were asked for, and that this kernel does not have. */
  get missing(): NamespaceKind[] {
    // Without a single link it is /proc that is missing.
    return Object.keys(this.facts.namespaces).length === 0
      ? []
      : this.asked.filter(({ type }) => !(type in this.facts.namespaces));
  }

  /** The namespaces asked for of which none may be created, by a limit of 0. */
  get forbidden(): NamespaceKind[] {
    return this.asked.filter((kind) => this.limit(kind) === 0);
  }

  /**
   * The namespace asked for that failed alone, too, for want of space. Without
   * a user namespace none of the others could be tried.
   */
  get exhausted(): NamespaceKind | undefined {
    const full = (flag: string) =>
      this.facts.rungs.some(({ flags, said }) =>
        flags.filter((word) => word !== "--fork").at(-1) === flag &&
        /No space left on device/.test(said ?? "")
      );
    return this.asked.find(({ type, flag }) => type === "user" && full(flag)) ??
      this.asked.find(({ flag }) => full(flag));
  }

  /**
   * How many namespaces of a kind one user may have here.
   *
   * @param kind The kind.
   * @returns The limit of this user namespace; undefined where there is none.
   */
  limit({ limit }: NamespaceKind): number | undefined {
    const text = this.file(`/proc/sys/user/${limit}`);
    if (!text) return undefined;
    return Number(text) === NO_LIMIT ? undefined : Number(text);
  }

  /**
   * Whether this is the namespace that the machine started with.
   *
   * @param type The kind: one of those that {@linkcode FIRST} knows.
   * @returns True if it is.
   */
  isFirst(type: NamespaceKind["type"]): boolean {
    return type in FIRST && this.facts.namespaces[type] === FIRST[type];
  }

  /** Whether this user namespace has no number for the user, or the group. */
  get unmapped(): boolean {
    const lacks = (map: "uid_map" | "gid_map", id: number) => {
      const text = this.file(`/proc/self/${map}`);
      return text !== undefined &&
        !parseIdMap(text).some(({ inside, count }) =>
          id >= inside && id < inside + count
        );
    };
    return lacks("uid_map", this.status.uid) ||
      lacks("gid_map", this.status.gid);
  }

  /** Mount points below /proc that hide a part of it. */
  get masks(): string[] {
    return parseMountinfo(this.file("/proc/self/mountinfo") ?? "")
      .map(({ mountPoint }) => mountPoint)
      .filter((path) => path.startsWith("/proc/") && !EMPTY.includes(path));
  }

  /**
   * Whether this is certainly a chroot: its root is no mount point, or is not
   * that of another process in the same mount namespace.
   */
  get inChroot(): boolean {
    const mountinfo = this.file("/proc/self/mountinfo");
    return this.facts.otherRoot !== null ||
      (!!mountinfo &&
        !parseMountinfo(mountinfo).some(({ mountPoint }) =>
          mountPoint === "/"
        ));
  }

  /** The container, if it is one. */
  get container(): Container | undefined {
    return containerOf(this.facts.files, this.facts.namespaces);
  }

  /**
   * A command that takes root.
   *
   * @param command The command.
   * @returns The command, after sudo unless it was root who tried.
   */
  asRoot(command: string): string {
    return this.status.uid === 0 ? command : `sudo ${command}`;
  }
}

/**
 * The options of unshare in a command line, without the command that follows:
 * in those of ours --kill-child is always the last.
 *
 * @param command Program and arguments.
 * @returns The words before --kill-child; all where there is none, and none
 * where this is no unshare.
 */
export function unshareOptions(command: readonly string[]): string[] {
  if (!command.includes("unshare")) return [];
  const end = command.findIndex((word) => word.startsWith("--kill-child"));
  return end < 0 ? [...command] : command.slice(0, end);
}
