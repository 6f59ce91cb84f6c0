/**
 * The standard library comes from npm when it is first needed. Where it cannot,
 * the scripts say so, and what needs none of it works.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { ROOT, run } from "./harness.ts";
import { inEmptyFolder } from "./offline.ts";

/** The lines of a failure, without what Deno says while it downloads. */
function failure(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line && !/^Download /.test(line));
}

for (const args of [["--hostname", "box"], ["--help"], []]) {
  const words = ["uts", ...args].join(" ");
  Deno.test(`${words} without npm says what to do before`, async () => {
    await inEmptyFolder(async (_, offline) => {
      const script = `${ROOT}/scripts/uts.ts`;
      const { code, stdout, stderr } = await offline(["-A", script, ...args]);
      assertEquals({ code, stdout }, { code: 3, stdout: "" });
      const [what, said, ...rest] = failure(stderr);
      assertEquals(what, "uts: Cannot load the Deno standard library");
      assertStringIncludes(said!, "said:   error sending request for url");
      assertEquals(rest, [
        "  cause:  it is not in Deno's cache, and cannot be fetched from npm now",
        "  remedy: deno install   # once, in the folder of deno.json, with a " +
        "network",
      ]);
    });
  });
}

Deno.test("--here needs nothing from npm", async () => {
  await inEmptyFolder(async (_, offline) => {
    const script = `${ROOT}/scripts/uts.ts`;
    const { code, stdout } = await offline(["-A", script, "--here"]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "host name");
  });
});

Deno.test("A copy without the imports of deno.json says that it lacks them", async () => {
  await inEmptyFolder(async (folder, offline) => {
    await run(["cp", "-r", `${ROOT}/scripts`, `${ROOT}/lib`, folder]);
    const script = `${folder}/scripts/uts.ts`;
    const { code, stderr } = await offline(["-A", script, "--hostname", "box"]);
    assertEquals(code, 3);
    assertEquals(failure(stderr), [
      "uts: Cannot load the Deno standard library",
      '  said:   Import "@std/cli/parse-args" not a dependency',
      "  cause:  these scripts were copied without the imports of deno.json",
      "  remedy: copy those too, or make one file: deno task single NAME",
    ]);
  });
});
