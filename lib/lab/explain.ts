/**
 * What --explain prints: each option of the command line that would run here,
 * and what people stumble over.
 *
 * @module
 */

import { commandLines } from "../cli/command_lines.ts";
import { bold } from "../cli/style.ts";
import { wrap } from "../cli/wrap.ts";
import { FLAGS } from "./flags.ts";
import type { AnyLab, Values } from "./lab.ts";
import { look } from "./look.ts";
import { unshareCommand } from "./unshare.ts";

const INDENT = 11;

/**
 * Explains a lab's command line, option by option.
 *
 * @param lab The experiment.
 * @param values Its own options.
 * @returns Lines of at most 80 columns.
 */
export async function explain(
  lab: AnyLab,
  values: Values<string>,
): Promise<string> {
  const { caller } = await look(lab);
  const command = unshareCommand(lab, values, caller);
  const options = command.filter((word) => word.startsWith("--"));
  return [
    commandLines(command),
    ...options.map(explainOption),
    paragraph(
      "sudo",
      '"sudo: deno: command not found" means that root has another PATH: ' +
        'sudo "$(command -v deno)" run -A ...',
    ),
  ].join("\n\n");
}

function explainOption(option: string): string {
  const note = FLAGS[option.split("=")[0]!]!;
  return [
    bold(option),
    paragraph("asks", note.asks),
    paragraph("without", note.without),
    ...(note.mistakes ?? []).map((text) => paragraph("beware", text)),
    paragraph("read", note.read),
  ].join("\n");
}

function paragraph(label: string, text: string): string {
  return wrap(text, 80 - INDENT).map((line, at) =>
    (at === 0 ? `  ${label}` : "").padEnd(INDENT) + line
  ).join("\n");
}
