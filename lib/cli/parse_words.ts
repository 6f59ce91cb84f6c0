/**
 * The parser of command lines. This is where the standard library's, which
 * arrives untyped from npm, gets its types.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "./failure.ts";
import type { CommandLine, Given, OptionSpec, OptionSpecs } from "./options.ts";
import { printable } from "./printable.ts";

/**
 * Parses any arguments; see `parseOptions()`.
 *
 * @param specs The options there are.
 * @param args The arguments, as in `Deno.args`.
 * @param rest Whether words after `--` are allowed.
 * @returns What was given.
 * @throws {UsageError} For an unknown option, a value that is missing, wrong or
 * too many, and for words that belong to no option.
 */
export function parseWords<Name extends string>(
  specs: Readonly<Record<Name, OptionSpec>>,
  args: readonly string[],
  rest: boolean,
): CommandLine<Name> {
  const all = Object.entries<OptionSpec>(specs);
  const end = args.indexOf("--");
  const own = joinValues(specs, end < 0 ? args : args.slice(0, end));
  if (end >= 0 && !rest) throw new UsageError('Unexpected argument "--"');
  if (end === args.length - 1 && end >= 0) {
    throw new UsageError('After "--" a command is missing');
  }
  for (const arg of own) {
    // The parser would take what follows the letter for a value.
    const letters = /^-([^-].*)/.exec(arg)?.[1] ?? "";
    const known = (letter: string) =>
      all.some(([, { short }]) => short === letter);
    if (!Array.from(letters).every(known)) unknown(arg);
    // The parser would take any text after = for true.
    const name = /^--([^=]+)=/.exec(arg)?.[1];
    const spec = all.find(([key]) => key === name)?.[1];
    if (spec !== undefined && spec.value === undefined) {
      throw new UsageError(`--${name} takes no value`);
    }
  }
  const parsed: Record<string, unknown> = parseArgs([...own], {
    boolean: all.filter(([, { value }]) => !value).map(([name]) => name),
    string: all.filter(([, { value }]) => value).map(([name]) => name),
    collect: all.filter(([, { repeat }]) => repeat).map(([name]) => name),
    alias: Object.fromEntries(
      all.flatMap(([name, { short }]) => short ? [[name, short]] : []),
    ),
    unknown,
  });
  const options: Given = {};
  for (const [name, spec] of all) {
    const given = parsed[name];
    const value = Array.isArray(given) ? joined(name, given) : given;
    if (value === undefined || value === false) continue;
    if (typeof value !== "string") options[name] = true;
    else if (value !== "") options[name] = checked(name, spec, value);
    else if (spec.optional) options[name] = true;
    else throw new UsageError(`--${name} needs a value: ${spec.value}`);
  }
  return {
    options: options as Given<Name>,
    rest: end < 0 ? [] : args.slice(end + 1),
  };
}

/**
 * What is a value, if a bad one, and the parser takes for a word of its own:
 * after `--size`, a number below zero (no option begins with a digit), and
 * nothing at all.
 */
function joinValues(specs: OptionSpecs, args: readonly string[]): string[] {
  const words: string[] = [];
  for (const arg of args) {
    const name = /^--([^=]+)$/.exec(words.at(-1) ?? "")?.[1] ?? "";
    const joins = /^(-\d.*)?$/.test(arg) && Object.hasOwn(specs, name) &&
      specs[name]!.value !== undefined;
    words.push(joins ? `${words.pop()}=${arg}` : arg);
  }
  return words;
}

/** The values of an option that may be repeated, one to a line. */
function joined(name: string, values: string[]): string | undefined {
  if (values.length === 0) return undefined;
  if (!values.includes("")) return values.join("\n");
  throw new UsageError(`--${name} needs a value each time`);
}

function unknown(arg: string): never {
  const kind = arg.startsWith("-") ? "Unknown option" : "Unexpected word";
  throw new UsageError(`${kind} "${printable(arg)}"`);
}

function checked(name: string, spec: OptionSpec, value: string): string {
  const wrong = spec.check?.(value);
  if (wrong === undefined) return spec.resolve?.(value) ?? value;
  throw new UsageError(`--${name} "${printable(value)}": ${wrong}`);
}
