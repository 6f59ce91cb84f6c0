/**
 * The command line of an experiment as a person would type it: with --here in
 * place of what only the launcher says to its inside half.
 *
 * @module
 */

import { fromFileUrl } from "@std/path/posix/from-file-url";
import { denoProgram } from "./deno_command.ts";
import { hasAll } from "./permissions.ts";

/**
 * The part that runs inside.
 *
 * @param script The script's `import.meta.url`.
 * @param unshare The part before it: --wd leads elsewhere, and from there only
 * the path from the root is right.
 * @returns Words.
 */
export function describeScript(
  script: string,
  unshare: readonly string[],
): string[] {
  const moves = unshare.some((word) => /^--wd(=|$)/.test(word));
  const path = moves ? pathOf(script) : describePath(script);
  return [describeDeno(), "run", "-A", path, "--here"];
}

/**
 * Where a script is.
 *
 * @param script The script's `import.meta.url`.
 * @returns Its path, relative to the working directory if it is below.
 */
export function describePath(script: string): string {
  const path = pathOf(script);
  if (!hasAll()) return path;
  const here = `${Deno.cwd()}/`;
  return path.startsWith(here) ? path.slice(here.length) : path;
}

function pathOf(script: string): string {
  return script.startsWith("file:") ? fromFileUrl(script) : script;
}

/** `deno` where that is the deno that runs now, its path elsewhere. */
function describeDeno(): string {
  const program = denoProgram();
  if (!hasAll()) return program;
  const onPath = (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.realPathSync(`${folder}/deno`) === program;
    } catch {
      return false;
    }
  });
  return onPath ? "deno" : program;
}
