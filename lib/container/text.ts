/**
 * The container as text: what one process sees, and the same in plain shell.
 *
 * @module
 */

import { printable } from "../cli/printable.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { wrap } from "../cli/wrap.ts";
import type { Cgroup } from "../kernel/cgroups.ts";
import type { Interface } from "../kernel/interfaces.ts";
import type { Mount } from "../kernel/mountinfo.ts";
import type { Process } from "../kernel/processes.ts";
import { type LimitValues, planLimits, within } from "../lab/confine.ts";
import type { Place } from "../kernel/limits.ts";
import { RENOUNCE } from "./renounce.ts";

/** What one process sees of what a container hides. */
export interface ContainerView {
  /** Its own process number. */
  pid: number;
  /** All processes in its /proc. */
  processes: Process[];
  /** Its host name. */
  hostname: string;
  /** The names in the root directory. */
  files: string[];
  /** Its mount points. */
  mounts: Mount[];
  /** Its network devices. */
  interfaces: Interface[];
  /** How many sockets have a port or a name. */
  sockets: number;
  /** System V message queue ids. */
  queues: number[];
  /** Its control groups, as it sees their paths. */
  cgroups: Cgroup[];
  /** Where this process can make limits. */
  limits: Place[];
}

const INDENT = 16;
const LOOK =
  "hostname; ls /; ps -e; cat /proc/self/mountinfo /proc/self/cgroup";

/**
 * A view as text.
 *
 * @param view What one process sees.
 * @param rows The most lines for any part of it.
 * @returns Lines of at most 80 columns where names allow it.
 */
export function showContainer(view: ContainerView, rows = Infinity): string {
  const line = (label: string, text: string) => label.padEnd(INDENT) + text;
  const list = (label: string, items: string[]) =>
    line(label, paragraph(items, rows));
  return [
    line("pid", `${view.pid}`),
    list("processes", view.processes.map(({ name }) => name)),
    line("host name", printable(view.hostname)),
    list("files in /", view.files),
    list("mount points", view.mounts.map(({ mountPoint }) => mountPoint)),
    list(
      "interfaces",
      view.interfaces.map(({ name, up }) => `${name} ${up ? "up" : "down"}`),
    ),
    line("sockets", `${view.sockets}`),
    list("message queues", view.queues.map(String)),
    list(
      "control groups",
      [...new Set(view.cgroups.map(({ path }) => path))],
    ),
  ].join("\n");
}

/** How many, and the names, the last of which give way where there is no room. */
function paragraph(items: string[], rows: number): string {
  if (items.length === 0) return "none";
  const text = `${items.length}: ${items.map(printable).join(", ")}`;
  const lines = wrap(text, 80 - INDENT);
  const most = Math.ceil(rows / 3);
  const shown = lines.length > most
    ? [...lines.slice(0, most), "... (--all shows the rest)"]
    : lines;
  return shown.join(`\n${" ".repeat(INDENT)}`);
}

/**
 * The container in plain shell.
 *
 * @param unshare The unshare command line.
 * @param steps What is done inside.
 * @param limits The limits, and where they can be set.
 * @returns Lines for any POSIX shell.
 */
export function containerBash(
  unshare: string,
  steps: string[][],
  limits: { values: LimitValues; places: readonly Place[] },
): string {
  const plan = planLimits(limits.values, limits.places, "nslab");
  const enter = within(plan, []);
  return [
    ...plan.refused === undefined
      ? []
      : [`# no limits: ${printable(plan.refused)}`],
    ...plan.steps,
    `${[shellQuote(enter), unshare].join(" ").trim()} sh <<'INSIDE'`,
    ...steps.map((words) => `  ${shellQuote(words)} || exit`),
    `  ${shellQuote([...RENOUNCE, "sh", "-c", LOOK])}`,
    "INSIDE",
    ...plan.groups.map((group) => `rmdir ${shellQuote([group])}`),
  ].join("\n");
}
