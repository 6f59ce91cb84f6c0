/**
 * Folders of the host that a container gets to see, and to write to: bind
 * mounts, mount(2). What is written there outlives the container.
 *
 * @module
 */

import { requirePermission } from "../cli/permissions.ts";
import { printable } from "../cli/printable.ts";

/** One folder with two names. */
export interface Volume {
  /** Its path outside, from the root, without links. */
  host: string;
  /** Its path in the container. */
  inside: string;
  /** Whether it is there to read only. */
  readOnly: boolean;
}

/** What the container has of its own accord; nothing can be put in there. */
const TAKEN =
  /^\/(usr|bin|sbin|lib(32|64|x32)?|proc|dev)(\/|$)|^\/etc$|^\/etc\/(passwd|group|alternatives|ld\.so\.cache)(\/|$)/;

/** A line, and its parts. */
const VOLUME = /^([^:]+):([^:]+)(:ro)?$/;

/**
 * Reads values of --volume.
 *
 * @param values Lines of the form `HOST:INSIDE` or `HOST:INSIDE:ro`.
 * @returns The volumes.
 */
export function parseVolumes(values: string): Volume[] {
  return values.split("\n").filter(Boolean).map((value) => {
    const [, host = "", inside = "", readOnly] = VOLUME.exec(value) ?? [];
    return {
      host,
      inside: inside.replace(/(?<=.)\/+$/, ""),
      readOnly: readOnly !== undefined,
    };
  });
}

/**
 * Checks values of --volume.
 *
 * @param values Lines of the form `HOST:INSIDE` or `HOST:INSIDE:ro`.
 * @returns What is wrong with them, or undefined.
 */
export function checkVolumes(values: string): string | undefined {
  if (!values.split("\n").every((line) => VOLUME.test(line))) {
    return "a volume is HOST:INSIDE, two paths with a colon between, " +
      "or HOST:INSIDE:ro";
  }
  const volumes = parseVolumes(values);
  for (const { host, inside } of volumes) {
    if (!/^(\/[^/]+)+$/.test(inside) || /\/\.\.?(\/|$)/.test(inside)) {
      return "INSIDE is a path from the root, as in /data";
    }
    if (TAKEN.test(inside)) {
      return `INSIDE cannot be in ${printable(inside)}: it is taken`;
    }
    const wrong = find(host).wrong;
    if (wrong !== undefined) return `"${printable(host)}" ${wrong}`;
  }
  const places = volumes.map(({ inside }) => inside).sort();
  for (const [at, place] of places.entries()) {
    const next = places.slice(at + 1).find((other) =>
      `${other}/`.startsWith(`${place}/`)
    );
    if (next === place) return `${printable(place)} is given twice`;
    // The mount point would have to be made in a folder of the host.
    if (next !== undefined) return "no volume can be in another one";
  }
  return undefined;
}

/**
 * Makes values of --volume good for any working directory.
 *
 * @param values Lines that {@linkcode checkVolumes} has found nothing wrong with.
 * @returns The same, with HOST a path from the root and without links.
 */
export function resolveVolumes(values: string): string {
  return parseVolumes(values).map(({ host, inside, readOnly }) =>
    `${find(host).path}:${inside}${readOnly ? ":ro" : ""}`
  ).join("\n");
}

/** What can be wrong with a folder, by the exit code of FIND. */
const WRONG: Readonly<Record<number, string>> = {
  1: "is not there, or you may not look",
  2: "is not a folder",
  3: "is a folder that you may not enter",
};
const FIND = '[ -e "$1" ] || exit 1; [ -d "$1" ] || exit 2; ' +
  'cd -P -- "$1" 2>/dev/null || exit 3; pwd -P';

/**
 * The real path of a folder. The shell finds it, started through unshare, which
 * without options only runs what follows: so no other permission is needed.
 */
function find(folder: string): { path: string; wrong?: string } {
  requirePermission(
    { name: "run", command: "unshare" },
    "--allow-run=unshare",
    "to look for the folder of a volume",
  );
  const { code, stdout } = new Deno.Command("unshare", {
    // A path that begins with a dash is no option, and CDPATH is for others.
    args: ["sh", "-c", FIND, "sh", folder.replace(/^(?!\/)/, "./")],
  }).outputSync();
  const path = new TextDecoder().decode(stdout).replace(/\n$/, "");
  if (code !== 0) return { path, wrong: WRONG[code] ?? "cannot be looked for" };
  if (!/[:\n]/.test(path)) return { path };
  return { path, wrong: "leads to a name with a colon or a newline in it" };
}
