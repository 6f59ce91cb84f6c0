/**
 * The command line: options as a table of what they are, from which come the
 * parser, the messages and the help. This is where the standard library's
 * parser, which arrives untyped from npm, gets its types.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "./failure.ts";
import { printable } from "./printable.ts";
import { wrap } from "./wrap.ts";

/** What is known of one option. */
export interface OptionSpec {
  /** The name of its value in the help; an option without takes none. */
  readonly value?: string;
  /** Whether the value may be left out, as in `--shell[=CMD]`. */
  readonly optional?: boolean;
  /** One letter that means the same. */
  readonly short?: string;
  /** What it does. Not in the help where there is none. */
  readonly help?: string;
  /** What is wrong with a value, or undefined when it is right. */
  readonly check?: (value: string) => string | undefined;
  /** What a right value means here: a path from the root, a size in bytes. */
  readonly resolve?: (value: string) => string;
  /** Whether it may be given more than once: its values are then lines. */
  readonly repeat?: boolean;
}

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What was given: true for an option without value, else its text. */
export type Given<Name extends string = string> = Partial<
  Record<Name, string | true>
>;

/** A command line, parsed. */
export interface CommandLine<Name extends string> {
  /** The options that were given. */
  options: Given<Name>;
  /** What stood after `--`. */
  rest: string[];
}

/**
 * Parses arguments.
 *
 * @param specs The options there are.
 * @param args The arguments, as in `Deno.args`.
 * @param rest Whether words after `--` are allowed.
 * @returns What was given.
 * @throws {UsageError} For an unknown option, a value that is missing, wrong or
 * too many, and for words that belong to no option.
 */
export function parseOptions<Name extends string>(
  specs: Readonly<Record<Name, OptionSpec>>,
  args: readonly string[],
  rest = false,
): CommandLine<Name> {
  const all = Object.entries<OptionSpec>(specs);
  const end = args.indexOf("--");
  const own = joinNumbers(specs, end < 0 ? args : args.slice(0, end));
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

/** No option begins with a digit: after `--size`, -1 is a value, if a bad one. */
function joinNumbers(specs: OptionSpecs, args: readonly string[]): string[] {
  const words: string[] = [];
  for (const arg of args) {
    const name = /^--([^=]+)$/.exec(words.at(-1) ?? "")?.[1] ?? "";
    const joins = /^-\d/.test(arg) && Object.hasOwn(specs, name) &&
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

/**
 * The options part of a help text.
 *
 * @param specs The options there are.
 * @returns Lines of at most 80 columns.
 */
export function describeOptions(specs: OptionSpecs): string {
  const rows = Object.entries(specs).filter(([, { help }]) => help);
  const left = rows.map(([name, { short, value, optional }]) => {
    const argument = value === undefined
      ? ""
      : optional
      ? `[=${value}]`
      : ` ${value}`;
    return `${short ? `-${short}, ` : "    "}--${name}${argument}`;
  });
  const width = Math.max(...left.map((text) => text.length)) + 2;
  return rows.map(([, { help }], row) => {
    const lines = wrap(help!, 78 - width);
    return lines.map((text, at) =>
      `  ${(at === 0 ? left[row]! : "").padEnd(width)}${text}`
    ).join("\n");
  }).join("\n");
}
