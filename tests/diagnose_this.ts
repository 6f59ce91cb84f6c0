/**
 * Runs a command line, and prints what it comes to as JSON: null, or the parts
 * of the failure.
 *
 * @module
 */

import { attempt } from "../lib/diagnosis/attempt.ts";
import { diagnose } from "../lib/diagnosis/diagnose.ts";

const failed = await attempt(Deno.args);
const failure = failed && await diagnose(import.meta.url, failed);
console.log(JSON.stringify(failure?.detail ?? null));
