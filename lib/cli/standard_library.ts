/**
 * Why the Deno standard library could not be loaded. It is loaded only where it
 * is needed, so a script finds this out while it runs.
 *
 * @module
 */

import { Failure } from "./failure.ts";

// As Deno words it: the first line says what, the second why.
const NOT_FETCHED = /^Failed caching npm package.*\n\s*0: (.*)/;
const NOT_MAPPED = /^Import "@std\/.*" not a dependency/;

/**
 * Explains why the standard library is not there.
 *
 * @param error What an import of it threw.
 * @returns The failure; undefined if the error is another one.
 */
export function whyNotLoaded({ message }: Error): Failure | undefined {
  const what = "Cannot load the Deno standard library";
  const reason = NOT_FETCHED.exec(message)?.[1];
  if (reason !== undefined) {
    return new Failure(what, {
      said: reason,
      cause: "it is not in Deno's cache, and cannot be fetched from npm now",
      remedy: "deno install   # once, in the folder of deno.json, with a " +
        "network",
    });
  }
  const [said] = NOT_MAPPED.exec(message) ?? [];
  return said === undefined ? undefined : new Failure(what, {
    said,
    cause: "these scripts were copied without the imports of deno.json",
    remedy: "copy those too, or make one file: deno task single NAME",
  });
}
