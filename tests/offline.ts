/**
 * Deno as it is on a machine that has just got it, in a room without a network.
 *
 * @module
 */

import { IS_ROOT, type Ran, run } from "./harness.ts";

// As whoever runs the test, but with a network that leads nowhere.
const OFFLINE = IS_ROOT
  ? ["unshare", "--net"]
  : ["unshare", "--user", "--map-current-user", "--net"];

/**
 * An empty folder with an empty cache, for the length of a test.
 *
 * @param test What to do in it: it gets the folder's path, and a function that
 * runs `deno run` with these words there, without a network.
 * @returns When both folders are gone.
 */
export async function inEmptyFolder(
  test: (
    folder: string,
    offline: (words: string[]) => Promise<Ran>,
  ) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  const cache = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  try {
    await test(
      folder,
      (words) =>
        run([...OFFLINE, Deno.execPath(), "run", ...words], {
          cwd: folder,
          env: { DENO_DIR: cache, NO_COLOR: "1" },
        }),
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
    Deno.removeSync(cache, { recursive: true });
  }
}
