/**
 * Namespaces as `ls` reports them: the process with the lowest number stands
 * for all that live in one.
 *
 * @module
 */

import type { NamespaceType } from "../kernel/namespaces.ts";
import type { NsLinks } from "../kernel/ns_links.ts";
import type { Hold, Namespace } from "./scan.ts";
import { type Tenant, tenantReader } from "./tenants.ts";

/** One row; the names are those of the JSON. */
export interface Row {
  /** The kind of namespace. */
  type: NamespaceType;
  /** The inode number, which identifies it. */
  id: number;
  /** How many processes live in it. */
  processes: number;
  /** The lowest number among them; null if there is none. */
  pid: number | null;
  /** Whose that process is: a name, or a number without one. */
  user: string | null;
  /** Its command line. */
  command: string | null;
  /** Whether the process that asks is in it. */
  own: boolean;
  /** The user namespace that owns it; null where that is not known. */
  owner: number | null;
  /** The parent of a pid or user namespace; null where there is none to see. */
  parent: number | null;
  /** What else holds it: a path, or another namespace. */
  heldBy: { by: Hold; at: string }[];
}

/**
 * Describes namespaces.
 *
 * @param namespaces What was found.
 * @param own This process's own links.
 * @returns Rows by id, as lsns sorts them. A process that has ended meanwhile
 * does not count, nor does a namespace that ended with it.
 */
export function describeNamespaces(
  namespaces: readonly Namespace[],
  own: NsLinks,
): Row[] {
  const readTenant = tenantReader();
  // One process stands for many namespaces, and is to look the same in all.
  const seen = new Map<number, Tenant | undefined>();
  const look = (pid: number) => {
    if (!seen.has(pid)) seen.set(pid, readTenant(pid));
    return seen.get(pid);
  };
  return namespaces
    .toSorted((a, b) => a.id - b.id)
    .map((namespace) => describe(namespace, own, look))
    .filter(({ pid, heldBy }) => pid !== null || heldBy.length > 0);
}

function describe(
  { type, id, pids, holds, owner, parent }: Namespace,
  own: NsLinks,
  look: (pid: number) => Tenant | undefined,
): Row {
  const first = pids.findIndex((pid) => look(pid) !== undefined);
  const tenant = first < 0 ? undefined : look(pids[first]!);
  return {
    type,
    id,
    processes: first < 0 ? 0 : pids.length - first,
    pid: tenant?.pid ?? null,
    user: tenant?.user ?? null,
    command: tenant?.command ?? null,
    own: own[type] === `${type}:[${id}]`,
    owner,
    parent,
    heldBy: Array.from(holds, ([by, at]) => ({ by, at })),
  };
}
