/**
 * User names: passwd(5).
 *
 * @module
 */

import { decodeBytes } from "./decode_bytes.ts";

/**
 * Parses the text of a passwd file.
 *
 * @param text Lines of fields that colons separate: name, password, uid, …
 * @returns Names by uid; as in getpwuid(3) the first entry of a uid counts.
 */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [name, , uid] = line.split(":");
    if (!name || !uid || !/^\d+$/.test(uid)) continue;
    if (!names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}

/**
 * The users that /etc/passwd knows.
 *
 * @returns Names by uid; none where there is no such file.
 */
export function readUsers(): Map<number, string> {
  try {
    return parsePasswd(decodeBytes(Deno.readFileSync("/etc/passwd")));
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied
    ) return new Map();
    throw error;
  }
}
