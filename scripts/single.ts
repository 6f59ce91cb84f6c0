/**
 * A script as one file, to copy into a workshop: it needs no deno.json, no lib,
 * no node_modules and no network.
 *
 * Run it: deno task single NAME > NAME.js
 * Read: deno bundle --help
 */

import { fromFileUrl } from "@std/path/posix/from-file-url";
import { denoProgram } from "../lib/cli/deno_command.ts";
import { EXIT, Failure, UsageError } from "../lib/cli/failure.ts";
import { print } from "../lib/cli/output.ts";
import { printable } from "../lib/cli/printable.ts";
import { version } from "../lib/cli/version.ts";
import { listDirectory } from "../lib/kernel/list_directory.ts";
import { runMain } from "../lib/run_main.ts";

const PERMISSIONS = "--allow-read --allow-run=deno";
const FOLDER = fromFileUrl(new URL(".", import.meta.url));

/**
 * Makes the copy.
 *
 * @param args One word: the name of a script.
 * @returns The exit code.
 */
async function main(args: readonly string[]): Promise<number> {
  const names = listDirectory(FOLDER)
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => name !== "single");
  const [name, ...rest] = args;
  if (name === "--version" || name === "-V") {
    print(`single (nslab) ${version}`);
    return EXIT.ok;
  }
  if (name === "--help" || name === "-h") {
    print(`Usage: deno task single NAME > NAME.js\n
A script as one file that needs nothing else. NAME is one of
  ${names.join(" ")}`);
    return EXIT.ok;
  }
  if (name === undefined || !names.includes(name) || rest.length > 0) {
    const given = printable(args.join(" "));
    throw new UsageError(
      `Give the name of one script, not "${given}": ${names.join(", ")}`,
    );
  }
  const source = Deno.readTextFileSync(`${FOLDER}${name}.ts`);
  print(`${header(source, name)}\n${standAlone(await bundle(name))}`);
  return EXIT.ok;
}

/** The first comment, which tells how to run it. */
function header(source: string, name: string): string {
  const end = source.indexOf("*/") + 2;
  return source.slice(0, end).replaceAll(`scripts/${name}.ts`, `${name}.js`);
}

async function bundle(name: string): Promise<string> {
  const config = `${FOLDER}../deno.json`;
  const args = ["bundle", "--quiet", "--config", config, `${FOLDER}${name}.ts`];
  const { success, stdout, stderr } = await new Deno.Command(denoProgram(), {
    args,
  }).output();
  const text = new TextDecoder();
  if (success) return text.decode(stdout).trimEnd();
  throw new Failure(`Cannot bundle "${name}"`, {
    tried: `deno ${args.join(" ")}`,
    said: text.decode(stderr).trim(),
    cause: "deno bundle failed; the first time it takes esbuild from npm",
  });
}

/**
 * In one file every module is the main one, the labs that the doctor imports
 * among them. The script's own question comes last.
 */
function standAlone(code: string): string {
  const question = "import.meta.main";
  const last = code.lastIndexOf(question);
  return code.slice(0, last).replaceAll(question, "false") + code.slice(last);
}

if (import.meta.main) {
  Deno.exit(await runMain("single", PERMISSIONS, () => main(Deno.args)));
}
