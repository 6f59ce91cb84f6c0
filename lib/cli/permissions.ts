/**
 * What Deno allows this process. Everything below /proc needs --allow-all
 * since Deno 1.43 (denoland/deno issue 25055), and only that: a process that
 * lacks it asks a child that has it, so running deno and unshare is enough.
 *
 * @module
 */

const ALL = ["read", "write", "run", "env", "sys", "net", "ffi"] as const;

/**
 * Whether this process runs with -A.
 *
 * @returns True if every kind of permission is granted in full.
 */
export function hasAll(): boolean {
  return ALL.every((name) => isGranted({ name }));
}

/**
 * Whether a permission is granted already, so that nobody will be asked.
 *
 * @param descriptor The permission.
 * @returns True if it is.
 */
export function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}

/**
 * Makes sure of a permission before it is used.
 *
 * @param descriptor The permission.
 * @param flag The option of `deno run` that grants it.
 * @param why What it is for: "to create namespaces".
 * @throws {Deno.errors.NotCapable} If it is not granted; one line.
 */
export function requirePermission(
  descriptor: Deno.PermissionDescriptor,
  flag: string,
  why: string,
): void {
  if (isGranted(descriptor)) return;
  throw new Deno.errors.NotCapable(
    `Missing permission ${flag} ${why}`,
  );
}
