/**
 * An outcome as a person reads it, and as a machine does.
 *
 * @module
 */

import { commandLines } from "../cli/command_lines.ts";
import { describeScript } from "../cli/describe_command.ts";
import { printable, printableJson } from "../cli/printable.ts";
import { shellQuote } from "../cli/shell_quote.ts";
import { bold, cyan, dim, green, red, yellow } from "../cli/style.ts";
import { wrap } from "../cli/wrap.ts";
import type { Outcome } from "./experiment.ts";
import type { AnyLab, Claim, Result } from "./lab.ts";
import { addsUser, unshareCommand } from "./unshare.ts";

/** Rows of a table that leave room for the rest on a projector. */
const ROWS = 6;

const STYLES: Record<Result, (text: string) => string> = {
  holds: green,
  fails: red,
  inconclusive: yellow,
};
const MARK = "inconclusive".length;

/**
 * The whole experiment as text: outside, the command, inside, outside again,
 * and the claims.
 *
 * @param lab The experiment.
 * @param outcome What came of it.
 * @param all Whether to show long tables whole.
 * @returns Lines of at most 80 columns, save for what names from this machine
 * make longer.
 */
export function reportText(
  lab: AnyLab,
  outcome: Outcome,
  all: boolean,
): string {
  const { evidence, claims } = outcome;
  const rows = all ? undefined : ROWS;
  const before = lab.show(evidence.before, rows);
  const outside = lab.show(evidence.outside, rows);
  // A few lines are worth seeing twice; a table that did not change is not.
  const same = outside === before && before.split("\n").length > 3;
  return [
    part("OUTSIDE", before),
    describeSteps(lab, outcome, all),
    part("INSIDE", lab.show(evidence.inside, rows)),
    part("OUTSIDE, at the same time", same ? "the same as before" : outside),
    part("CLAIMS", claims.map(describeClaim).join("\n")),
    summary(outcome),
  ].join("\n\n");
}

function part(heading: string, text: string): string {
  return `${bold(cyan(heading))}\n${text}`;
}

function describeSteps(
  lab: AnyLab,
  { caller, evidence: { values, before }, limits, shared }: Outcome,
  all: boolean,
): string {
  const unshare = unshareCommand(lab, values, caller);
  const acts = shared.length === 0 ? lab.act?.(values, before) ?? [] : [];
  return [
    ...limits.map((step) => comment(`before: ${step}`, all)),
    `${bold("$")} ${
      commandLines(unshare, describeScript(lab.script, unshare))
    }`,
    ...addsUser(lab.flags(values, caller), caller)
      ? [dim("# not root: --user --map-root-user makes you root, inside only")]
      : [],
    ...acts.map((words) => comment(`inside: ${shellQuote(words)}`, all)),
  ].join("\n");
}

/** A line for the eye; the command line itself is never shortened. */
function comment(text: string, all: boolean): string {
  const line = `# ${printable(text)}`;
  return dim(all || line.length <= 80 ? line : `${line.slice(0, 77)}...`);
}

function describeClaim({ claim, result, evidence }: Claim): string {
  const mark = result === "fails" ? "FAILS" : result;
  const indent = " ".repeat(MARK + 4);
  return [
    `  ${STYLES[result](mark.padEnd(MARK))}  ${printable(claim)}`,
    ...wrap(printable(evidence), 80 - indent.length).map((line) =>
      `${indent}${dim(line)}`
    ),
  ].join("\n");
}

function summary({ caller, claims }: Outcome): string {
  const count = (result: Result) =>
    claims.filter((claim) => claim.result === result).length;
  const parts = [
    `${count("holds")} of ${claims.length} claims hold`,
    ...count("fails") ? [red(`${count("fails")} failed`)] : [],
    ...count("inconclusive")
      ? [yellow(`${count("inconclusive")} inconclusive`)]
      : [],
  ];
  const who = caller.privileged ? "as root" : "without root";
  return `${bold(parts.join(", "))} on Linux ${caller.kernel}, ${who}`;
}

/**
 * The whole experiment as one JSON document.
 *
 * @param lab The experiment.
 * @param outcome What came of it.
 * @returns JSON text.
 */
export function reportJson(lab: AnyLab, outcome: Outcome): string {
  const { caller, command, evidence, claims } = outcome;
  const { before, inside, outside } = evidence;
  return printableJson({
    lab: lab.name,
    kernel: caller.kernel,
    command,
    before,
    inside,
    outside,
    claims,
  }, 2);
}
