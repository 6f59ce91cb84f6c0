/**
 * The command line: options as a table of what they are, from which come the
 * parser, the messages and the help.
 *
 * @module
 */

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

/** The options that labs and tools have alike. */
export const COMMON = {
  json: { help: "one JSON document on stdout" },
  "no-color": { help: "no colour, as with NO_COLOR or without a terminal" },
  help: { short: "h", help: "print this help and stop" },
  version: { short: "V", help: "print the version and stop" },
} satisfies OptionSpecs;

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
export async function parseOptions<Name extends string>(
  specs: Readonly<Record<Name, OptionSpec>>,
  args: readonly string[],
  rest = false,
): Promise<CommandLine<Name>> {
  // Loading the parser takes longer than most of what a script does.
  if (args.every((arg) => isSwitch(specs, arg))) {
    const options: Given = {};
    for (const arg of args) options[arg.slice(2)] = true;
    return { options: options as Given<Name>, rest: [] };
  }
  const { parseWords } = await import("./parse_words.ts");
  return parseWords(specs, args, rest);
}

/** An option that is spelled out and takes no value: nothing to parse in it. */
function isSwitch(specs: OptionSpecs, arg: string): boolean {
  const name = arg.slice(2);
  return arg.startsWith("--") && Object.hasOwn(specs, name) &&
    specs[name]!.value === undefined;
}
