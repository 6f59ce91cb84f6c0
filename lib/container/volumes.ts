/**
 * Folders of the host that a container gets to see, and to write to: bind
 * mounts, mount(2). What is written there outlives the container.
 *
 * @module
 */

import { requirePermission } from "../cli/permissions.ts";

/** One folder with two names. */
export interface Volume {
  /** Its path outside, from the root, without links. */
  host: string;
  /** Its path in the container. */
  inside: string;
}

/** What the container has of its own accord; nothing can be put in there. */
const TAKEN = /^\/(usr|bin|sbin|lib\w*|proc|dev)(\/|$)/;

/**
 * Reads values of --volume.
 *
 * @param values Lines of the form `HOST:INSIDE`.
 * @returns The volumes.
 */
export function parseVolumes(values: string): Volume[] {
  return values.split("\n").filter(Boolean).map((value) => {
    const [host = "", inside = ""] = value.split(":");
    return { host, inside };
  });
}

/**
 * Checks values of --volume.
 *
 * @param values Lines of the form `HOST:INSIDE`.
 * @returns What is wrong with them, or undefined.
 */
export function checkVolumes(values: string): string | undefined {
  const lines = values.split("\n");
  if (!lines.every((line) => /^[^:]+:[^:]+$/.test(line))) {
    return "a volume is HOST:INSIDE, two paths with a colon between";
  }
  const volumes = parseVolumes(values);
  for (const { host, inside } of volumes) {
    if (!/^(\/[^/]+)+$/.test(inside) || /\/\.\.?(\/|$)/.test(inside)) {
      return "INSIDE is a path from the root, as in /data";
    }
    if (TAKEN.test(inside)) return `INSIDE cannot be in ${inside}: it is taken`;
    if (realPath(host) === undefined) return "HOST is no folder that is there";
  }
  const inner = volumes.some((one, at) =>
    volumes.some((other, index) =>
      at !== index && `${one.inside}/`.startsWith(`${other.inside}/`)
    )
  );
  // The mount point would have to be made in a folder of the host.
  return inner ? "no volume can be in another one" : undefined;
}

/**
 * Makes values of --volume good for any working directory.
 *
 * @param values Lines that {@linkcode checkVolumes} has found nothing wrong with.
 * @returns The same, with HOST a path from the root and without links.
 */
export function resolveVolumes(values: string): string {
  return parseVolumes(values)
    .map(({ host, inside }) => `${realPath(host)}:${inside}`).join("\n");
}

/**
 * The real path of a folder. The shell finds it, started through unshare, which
 * without options only runs what follows: so no other permission is needed.
 */
function realPath(folder: string): string | undefined {
  requirePermission(
    { name: "run", command: "unshare" },
    "--allow-run=unshare",
    "to look for the folder of a volume",
  );
  const { success, stdout } = new Deno.Command("unshare", {
    args: ["sh", "-c", 'cd -P -- "$1" && pwd -P', "sh", `${folder}/.`],
    env: { CDPATH: "" },
    stderr: "null",
  }).outputSync();
  const path = new TextDecoder().decode(stdout).replace(/\n$/, "");
  return success && !/[:\n]/.test(path) ? path : undefined;
}
