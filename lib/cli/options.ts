/**
 * The command line: options as a table of what they are, from which come the
 * parser, the messages and the help. It is not the standard library's parser:
 * that accepts words that are refused here, and costs one to two milliseconds
 * of each start.
 *
 * @module
 */

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
 * Parses arguments: `--name`, `--name=VALUE`, `--name VALUE`, `-n`, `-n VALUE`.
 *
 * @param specs The options there are.
 * @param args The arguments, as in `Deno.args`.
 * @param rest Whether words after `--` are allowed.
 * @returns What was given; of an option given twice the last counts.
 * @throws {UsageError} For an unknown option, a value that is missing, wrong or
 * too many, and for words that belong to no option.
 */
export function parseOptions<Name extends string>(
  specs: Readonly<Record<Name, OptionSpec>>,
  args: readonly string[],
  rest = false,
): CommandLine<Name> {
  const end = args.indexOf("--");
  if (end >= 0 && !rest) throw new UsageError('Unexpected argument "--"');
  if (end >= 0 && end === args.length - 1) {
    throw new UsageError('After "--" a command is missing');
  }
  const words = readWords(specs, end < 0 ? args : args.slice(0, end));
  const options: Given = {};
  for (const [name, named] of Map.groupBy(words, ({ name }) => name)) {
    options[name] = valueOf(
      name,
      named[0]!.spec,
      named.map(({ text }) => text),
    );
  }
  return {
    options: options as Given<Name>,
    rest: end < 0 ? [] : args.slice(end + 1),
  };
}

/** An option as it stands on the command line. */
interface Named {
  name: string;
  spec: OptionSpec;
  text: string | undefined;
}

function readWords(specs: OptionSpecs, words: readonly string[]): Named[] {
  const all: Named[] = [];
  for (const word of words) {
    const last = all.at(-1);
    if (/^-./.test(word)) all.push(...readWord(specs, word));
    else if (last?.spec.value && last.text === undefined) last.text = word;
    else unknown(word);
  }
  return all;
}

/** One option after two dashes, or one for each letter after a single one. */
function readWord(specs: OptionSpecs, word: string): Named[] {
  const [, long, text] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  if (long !== undefined) {
    if (!Object.hasOwn(specs, long)) unknown(word);
    return [{ name: long, spec: specs[long]!, text }];
  }
  return Array.from(word.slice(1), (letter) => {
    const entries = Object.entries(specs);
    const [name, spec] = entries.find(([, { short }]) => short === letter) ??
      unknown(word);
    return { name, spec, text: undefined };
  });
}

function valueOf(
  name: string,
  spec: OptionSpec,
  texts: readonly (string | undefined)[],
): string | true {
  if (spec.value === undefined) {
    if (texts.every((text) => text === undefined)) return true;
    throw new UsageError(`--${name} takes no value`);
  }
  const counting = spec.repeat ? texts : texts.slice(-1);
  if (counting.every(Boolean)) return checked(name, spec, counting.join("\n"));
  if (spec.optional) return true;
  throw new UsageError(`--${name} needs a value: ${spec.value}`);
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
