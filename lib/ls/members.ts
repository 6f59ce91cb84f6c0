/**
 * All that live in one namespace, and how to enter it.
 *
 * @module
 */

import { Failure } from "../cli/failure.ts";
import { printable } from "../cli/printable.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { bold } from "../cli/style.ts";
import type { Libc } from "../kernel/libc.ts";
import { NAMESPACES } from "../kernel/namespaces.ts";
import { align } from "./align.ts";
import { scanProcesses } from "./scan.ts";
import { readOwn } from "./own.ts";
import { type Tenant, tenantReader } from "./tenants.ts";

/** A namespace and who lives in it. */
export interface Members {
  /** The text of its link, for example `uts:[4026531838]`. */
  link: string;
  /** The processes, ascending by pid. */
  tenants: Tenant[];
  /** The nsenter command line; undefined for whoever is in it already. */
  enter: string | undefined;
}

/**
 * Looks for the processes in a namespace.
 *
 * @param id The inode number, which identifies it.
 * @param libc The C library, if there is one.
 * @returns Who lives there.
 * @throws {Failure} If nobody lives there that may be looked at.
 */
export function findMembers(id: number, libc: Libc | undefined): Members {
  const own = readOwn();
  const kinds = NAMESPACES.filter(({ type }) => own[type]);
  const { namespaces } = scanProcesses(kinds.map(({ type }) => type), libc);
  const found = namespaces.get(id);
  const readTenant = tenantReader();
  const tenants = (found?.pids ?? []).flatMap((pid) => readTenant(pid) ?? []);
  if (found === undefined || tenants.length === 0) {
    throw new Failure(`Cannot find a process in the namespace ${id}`, {
      cause: Deno.uid() === 0
        ? "there is no such namespace, or nobody lives in it"
        : "there is no such namespace, or nobody of yours lives in it",
      remedy: "list them: deno task ls --all",
    });
  }
  const link = `${found.type}:[${id}]`;
  const { flag } = kinds.find(({ type }) => type === found.type)!;
  // Who is not root has no rights there but those of the user namespace.
  const user = Deno.uid() === 0 || found.type === "user" ? [] : ["--user"];
  const keep = found.type === "user" || user.length > 0
    ? ["--preserve-credentials"]
    : [];
  const target = ["--target", `${tenants[0]!.pid}`];
  return {
    link,
    tenants,
    enter: own[found.type] === link
      ? undefined
      : shellQuote(["nsenter", ...target, ...user, flag, ...keep]),
  };
}

/**
 * Formats who lives in a namespace.
 *
 * @param members What was found.
 * @param width The most characters in a line of the table.
 * @returns Lines, safe to show.
 */
export function describeMembers(
  { link, tenants, enter }: Members,
  width: number = Infinity,
): string {
  const cells = [
    ["PID", "USER", "COMMAND"],
    ...tenants.map(({ pid, user, command }) => [
      `${pid}`,
      printable(user),
      printable(command),
    ]),
  ];
  const [header, ...lines] = align(cells, [true, false, false], width);
  return [
    bold(header!),
    ...lines,
    "",
    enter === undefined ? `${link} is your own` : `${link}, enter it: ${enter}`,
  ].join("\n");
}
