/**
 * Copies that stand alone: each script as one file, run in an empty folder with
 * an empty cache and without a network; and the folders copied as they are.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { listDirectory } from "../lib/kernel/list_directory.ts";
import { ROOT, run } from "./harness.ts";
import { inEmptyFolder } from "./offline.ts";

const NAMES = listDirectory(`${ROOT}/scripts`)
  .map((file) => file.replace(/\.ts$/, ""))
  .filter((name) => name !== "single");

/** Makes the copy, as the README says. */
async function single(name: string): Promise<string> {
  const { code, stdout, stderr } = await run(
    [Deno.execPath(), "task", "--quiet", "single", name],
  );
  assertEquals(code, 0, stderr);
  return stdout;
}

for (const name of NAMES) {
  Deno.test(`${name}.js stands alone`, async () => {
    const text = await single(name);
    const [, list] = /Run it: deno run (.*) \S+\.js$/m.exec(text)!;
    assert(text.startsWith("/**\n * "), "the header is kept");
    await inEmptyFolder(async (folder, offline) => {
      Deno.writeTextFileSync(`${folder}/${name}.js`, text);
      const script = Deno.readTextFileSync(`${ROOT}/scripts/${name}.ts`);
      for (
        const permissions of [["-A"], ["--no-prompt", ...list!.split(" ")]]
      ) {
        const { code, stdout, stderr } = await offline(
          [...permissions, `${name}.js`, "--json"],
        );
        assertEquals(code, 0, stderr);
        const result = JSON.parse(stdout);
        if (script.includes("defineLab(")) {
          assertEquals(result.lab, name);
          assert(result.claims.length > 0);
        } else {
          assert((result.checks ?? result).length > 0);
        }
      }
      assertEquals(listDirectory(folder), [`${name}.js`]);
    });
  });
}

Deno.test("scripts and lib can be copied, with our imports", async () => {
  await inEmptyFolder(async (folder) => {
    await run(["cp", "-r", `${ROOT}/scripts`, `${ROOT}/lib`, folder]);
    const { imports } = JSON.parse(
      Deno.readTextFileSync(`${ROOT}/deno.json`),
    );
    Deno.writeTextFileSync(`${folder}/deno.json`, JSON.stringify({ imports }));
    const { code, stdout, stderr } = await run(
      [Deno.execPath(), "run", "-A", "scripts/pid.ts"],
      { cwd: folder },
    );
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^4 of 4 claims hold/m);
  });
});

Deno.test("single names the scripts there are", async () => {
  for (const args of [[], ["nope"], ["pid", "uts"], ["../deno"]]) {
    const { code, stdout, stderr } = await run(
      [Deno.execPath(), "task", "--quiet", "single", ...args],
    );
    assertEquals({ code, stdout }, { code: 2, stdout: "" });
    assertMatch(stderr, /^single: Give the name of one script, .*--help"\n$/);
  }
});
