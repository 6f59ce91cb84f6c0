/**
 * The whole test suite: as the user who starts it, and when that is root, again
 * as an ordinary user, in a copy of the project that this user may read. Every
 * claim has to hold for both.
 *
 * Run it: deno task test [FILES of tests/]
 *
 * @module
 */

import { IS_ROOT, ROOT } from "./harness.ts";

// nobody(4): the one ordinary user that every machine has.
const NOBODY = 65534;

/** The examples in lib/, and tests/: named, so that the tests in the cache of the copy are none of ours. */
const FILES = Deno.args.length > 0 ? Deno.args : ["--doc", "lib/", "tests/"];

/** Runs one half; its exit code. */
async function test(
  command: string[],
  cwd: string,
  env: Record<string, string>,
): Promise<number> {
  const [program, ...prefix] = command;
  const { code } = await new Deno.Command(program!, {
    args: [...prefix, "test", "--allow-all", "--cached-only", ...FILES],
    cwd,
    env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).spawn().status;
  return code;
}

async function copyProject(to: string): Promise<void> {
  const { code } = await new Deno.Command("cp", {
    args: [
      "-a",
      ...[
        "deno.json",
        "deno.lock",
        "README.md",
        "LICENSE",
        "scripts",
        "lib",
        "tests",
      ]
        .map((name) => `${ROOT}/${name}`),
      to,
    ],
  }).spawn().status;
  if (code !== 0) throw new Error(`Cannot copy the project to "${to}"`);
}

async function testAsNobody(): Promise<number> {
  const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  try {
    await copyProject(folder);
    // Deno itself, and what it downloaded, may be in a folder of root's.
    Deno.copyFileSync(Deno.execPath(), `${folder}/deno`);
    Deno.chmodSync(`${folder}/deno`, 0o755);
    const info = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json"],
    }).output();
    const { npmCache, denoDir } = JSON.parse(
      new TextDecoder().decode(info.stdout),
    );
    Deno.mkdirSync(`${folder}/cache`);
    await new Deno.Command("cp", {
      args: [
        "-a",
        npmCache,
        `${folder}/cache${npmCache.slice(denoDir.length)}`,
      ],
    }).spawn().status;
    await new Deno.Command("chown", {
      args: ["-R", `${NOBODY}:${NOBODY}`, folder],
    }).spawn().status;
    const path = Deno.env.get("PATH");
    return await test(
      [
        "setpriv",
        `--reuid=${NOBODY}`,
        `--regid=${NOBODY}`,
        "--clear-groups",
        `${folder}/deno`,
      ],
      folder,
      {
        HOME: folder,
        DENO_DIR: `${folder}/cache`,
        PATH: `${folder}:${path}`,
        NSLAB_OTHER_HALF: "root",
      },
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const own = await test([Deno.execPath()], ROOT, {});
  if (IS_ROOT) console.log("\nAgain, as an ordinary user (nobody)");
  const other = IS_ROOT ? await testAsNobody() : 0;
  Deno.exit(own || other);
}
