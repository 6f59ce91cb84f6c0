/**
 * What a lab prints to be pasted is pasted here.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { NAMESPACES } from "../lib/kernel/namespaces.ts";
import { run } from "./harness.ts";

const LABS = [...NAMESPACES.map(({ lab }) => lab), "container"];

/** A script by its path below the working directory, as people call it. */
const script = (name: string, ...args: string[]) =>
  run([Deno.execPath(), "run", "-A", `scripts/${name}.ts`, ...args]);

for (const lab of LABS) {
  Deno.test(`${lab}: its command fits into 80 columns, and runs when pasted`, async () => {
    const [dry, report] = await Promise.all([
      script(lab, "--dry-run"),
      script(lab),
    ]);
    assertMatch(dry.stdout, /^unshare [^\n]* --here\n$/);
    const { code, stdout, stderr } = await run(["sh"], { stdin: dry.stdout });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assert(stdout.length > 1, stdout);

    const [shown] = /^\$ (.*\\\n)*.*$/m.exec(report.stdout)!;
    // The last line has a path of this machine.
    for (const line of shown.split("\n").slice(0, -1)) {
      assert(line.length <= 80, line);
    }
    const joined = shown.slice("$ ".length).replaceAll(/ \\\n */g, " ");
    assertEquals(joined, dry.stdout.trimEnd());
  });
}
