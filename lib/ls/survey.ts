/**
 * All that can be found out about the namespaces of this machine, from its
 * cheapest source to its dearest.
 *
 * @module
 */

import { type Cause, Failure } from "../cli/failure.ts";
import type { Libc } from "../kernel/libc.ts";
import { NAMESPACES, type NamespaceType } from "../kernel/namespaces.ts";
import {
  addBindMounts,
  addForChildren,
  addOpenFiles,
  addThreads,
} from "./holds.ts";
import { readOwn } from "./own.ts";
import { parseNsLink } from "./reader.ts";
import { addRelations } from "./relations.ts";
import { describeNamespaces, type Row } from "./rows.ts";
import { type Namespace, type Scan, scanProcesses } from "./scan.ts";

/** What to look for. */
export interface Wanted {
  /** Kinds of namespace; all if left out. */
  types?: readonly NamespaceType[];
  /** Only the namespaces of this process. */
  pid?: number;
  /** Also what only a thread, an open file or a child to come holds. */
  all?: boolean;
}

/** What was found. */
export interface Survey {
  /** The namespaces, by id. */
  rows: Row[];
  /** What could not be found out, a line each. */
  notes: string[];
}

/**
 * Looks for namespaces.
 *
 * @param wanted What to look for.
 * @param libc The C library, if it could be loaded.
 * @returns What was found, and what could not be.
 * @throws {Failure} If there is no /proc to read, or the one process that was
 * asked for cannot be.
 */
export function survey(
  { types, pid, all = false }: Wanted,
  libc: Libc | undefined,
): Survey {
  const own = readOwn();
  const kinds = NAMESPACES.map(({ type }) => type).filter((type) => own[type]);
  const scan = scanProcesses(kinds, libc);
  const { namespaces } = scan;
  if (pid !== undefined) requireProcess(scan, pid);
  addBindMounts(namespaces, parseNsLink(own.mnt ?? "")?.id);
  // The rest takes longer than all before it, unless it is for one process.
  const asked = pid === undefined ? all ? scan.pids : [] : [pid];
  addForChildren({ ...scan, pids: asked }, libc);
  addThreads({ ...scan, pids: asked }, libc);
  addOpenFiles({ ...scan, pids: asked });
  if (libc) addRelations(namespaces, libc);

  const chosen = [...namespaces.values()].filter((namespace) =>
    (pid === undefined || belongsTo(namespace, pid)) &&
    (types === undefined || types.includes(namespace.type))
  );
  return { rows: describeNamespaces(chosen, own), notes: notes(scan, libc) };
}

const REFUSED: Cause = {
  cause: "it belongs to another user, or has just started or ended: ptrace(2)",
  remedy: "run this as root",
};

// Who may look is who may trace: for root in a user namespace, or with fewer
// capabilities than usual, that is not everybody.
const REFUSED_TO_ROOT: Cause = {
  cause:
    "the kernel does not let this root look at it, ptrace(2): it is in a " +
    "user namespace above yours, has capabilities that you lack, or a " +
    "security module protects it",
};

function requireProcess({ pids }: Scan, pid: number): void {
  if (pids.includes(pid)) return;
  try {
    Deno.lstatSync(`/proc/${pid}`);
  } catch {
    throw new Failure(`Cannot find process ${pid}`, {
      cause: "/proc does not show a process of that number",
    });
  }
  throw new Failure(
    `Cannot read the namespaces of process ${pid}`,
    Deno.uid() === 0 ? REFUSED_TO_ROOT : REFUSED,
  );
}

function belongsTo({ pids, holds }: Namespace, pid: number): boolean {
  return pids.includes(pid) ||
    Array.from(holds).some(([by, at]) =>
      by !== "bind mount" && at.startsWith(`/proc/${pid}/`)
    );
}

function notes({ pids, denied }: Scan, libc: Libc | undefined): string[] {
  const lines: string[] = [];
  if (denied > 0) {
    const of = `${denied} of ${denied + pids.length} processes`;
    lines.push(
      `No permission to see the namespaces of ${of}` +
        (Deno.uid() === 0 ? "" : "; root sees more"),
    );
  }
  if (libc === undefined) {
    lines.push(
      "Owners and parents are unknown: that takes --allow-ffi, and a C library",
    );
  }
  return lines;
}
