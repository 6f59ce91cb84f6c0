/**
 * What a script says to itself on the command line is JSON.
 *
 * @module
 */

/**
 * Checks the value of an option that only a script of ours gives.
 *
 * @param value The value.
 * @returns What is wrong with it, or undefined.
 */
export function checkJson(value: string): string | undefined {
  try {
    if (typeof JSON.parse(value) === "object") return undefined;
  } catch {
    // Not JSON at all.
  }
  return "this option is what the script says to itself, in JSON";
}
