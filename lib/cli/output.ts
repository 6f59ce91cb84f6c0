/**
 * Results go to stdout, everything else to stderr.
 *
 * @module
 */

const encoder = new TextEncoder();

/**
 * Writes a result.
 *
 * @param text What to write; a newline is added.
 */
export function print(text: string): void {
  writeAll(Deno.stdout, text);
}

/**
 * Writes what is not a result: a diagnosis, a greeting.
 *
 * @param text What to write; a newline is added.
 */
export function printError(text: string): void {
  writeAll(Deno.stderr, text);
}

function writeAll(to: { writeSync(p: Uint8Array): number }, text: string) {
  const bytes = encoder.encode(`${text}\n`);
  for (let done = 0; done < bytes.length;) {
    try {
      done += to.writeSync(bytes.subarray(done));
    } catch (error) {
      // Whoever gave us the pipe has made it non-blocking, and it is full.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
