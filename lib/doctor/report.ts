/**
 * What the doctor found, as a person reads it.
 *
 * @module
 */

import { printable } from "../cli/printable.ts";
import { bold, cyan, dim } from "../cli/style.ts";
import { table } from "../cli/table.ts";
import { wrap } from "../cli/wrap.ts";
import type { Check, Findings } from "./checks.ts";

/**
 * The findings as text.
 *
 * @param findings What was found.
 * @returns Versions, a table, what to mend and how, and a summary line.
 */
export function describeFindings(findings: Findings): string {
  const { checks, versions, environment, untried, asRoot } = findings;
  return [
    [
      `kernel         Linux ${printable(versions.kernel)}`,
      `unshare        ${printable(versions.unshare)}`,
      `Deno           ${versions.deno}`,
      `environment    ${printable(environment)}`,
    ].join("\n"),
    table(
      ["LAB", "NAMESPACE", "KERNEL", "WITHOUT ROOT", "AS ROOT"],
      checks.map(({ lab, namespace, kernel, rootless, root }) => [
        lab,
        namespace,
        kernel ? "yes" : "no",
        rootless,
        root,
      ]),
    ),
    ...describeCauses(checks),
    ...untried === null
      ? []
      : [dim(`# without root: not tried, for ${printable(untried)}`)],
    ...asRoot === null
      ? []
      : [dim(`# to try it as root, too: ${printable(asRoot)}`)],
    bold(summary(checks)),
  ].join("\n\n");
}

/** One paragraph for each cause, under the labs that it concerns. */
function describeCauses(checks: readonly Check[]): string[] {
  const causes = Map.groupBy(
    checks.filter(({ cause }) => cause !== null),
    ({ cause, remedy }) => JSON.stringify([cause, remedy]),
  );
  return Array.from(causes.values(), (alike) => {
    const { cause, remedy } = alike[0]!;
    return [
      cyan(alike.map(({ lab }) => lab).join(", ")),
      ...paragraph("cause: ", cause!),
      // A command to paste is not to be broken.
      ...remedy === null ? [] : [`  remedy: ${printable(remedy)}`],
    ].join("\n");
  });
}

function paragraph(title: string, text: string): string[] {
  return wrap(printable(text), 68).map((line, at) =>
    `  ${at === 0 ? title : " ".repeat(title.length)} ${line}`
  );
}

/**
 * The result in one line.
 *
 * @param checks The checks of all labs.
 * @returns For example "8 of 8 namespaces work here without root".
 */
export function summary(checks: readonly Check[]): string {
  const namespaces = checks.filter(({ namespace }) => namespace !== "all");
  const count = (side: "rootless" | "root") =>
    `${namespaces.filter((check) => check[side] === "works").length} of ` +
    `${namespaces.length}`;
  const tried = (side: "rootless" | "root") =>
    namespaces.some((check) => check[side] !== "not tried");
  if (!tried("rootless")) {
    return `${count("root")} namespaces work here as root`;
  }
  return `${count("rootless")} namespaces work here without root` +
    (tried("root") ? `, ${count("root")} as root` : "");
}
