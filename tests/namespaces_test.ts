import { assert, assertEquals, assertMatch } from "@std/assert";
import { NAMESPACES, namespacesOf } from "../lib/kernel/namespaces.ts";
import { readNsLinks } from "../lib/kernel/ns_links.ts";
import { FLAGS } from "../lib/lab/flags.ts";
import { run, runScript } from "./harness.ts";

Deno.test("the table has every namespace of this kernel, and no other", () => {
  const kernel = Object.keys(readNsLinks())
    .filter((name) => !name.endsWith("_for_children"));
  assertEquals(NAMESPACES.map(({ type }) => type).sort(), kernel.sort());
});

Deno.test("its flags are those of unshare", async () => {
  const { stdout } = await run(["unshare", "--help"]);
  for (const { flag } of NAMESPACES) {
    assertMatch(stdout, new RegExp(`${flag}\\b.*unshare .* namespace`));
  }
});

Deno.test("its limits are files of the kernel", () => {
  for (const { limit } of NAMESPACES) {
    assertMatch(Deno.readTextFileSync(`/proc/sys/user/${limit}`), /^\d+\n$/);
  }
});

Deno.test("namespacesOf() knows what a flag implies", () => {
  assertEquals(namespacesOf(["--pid", "--fork", "--mount-proc"]), [
    "mnt",
    "pid",
  ]);
  assertEquals(namespacesOf(["--time", "--boottime=5"]), ["time"]);
  assertEquals(namespacesOf(["--kill-child"]), []);
});

for (const { lab } of NAMESPACES) {
  Deno.test(`${lab} --explain covers each flag of its command`, async () => {
    const { stdout: command } = await runScript(lab, ["--dry-run"]);
    const { code, stdout } = await runScript(lab, ["--explain"]);
    assertEquals(code, 0);
    const flags = command.split(" deno ")[0]!.match(/--[\w-]+/g)!;
    assert(flags.length >= 2);
    for (const flag of flags) {
      const part = stdout.split("\n\n").find((text) => text.startsWith(flag));
      for (const label of ["asks", "without", "read"]) {
        assertMatch(part!, new RegExp(`^  ${label} `, "m"), flag);
      }
    }
    assert(stdout.split("\n").every((line) => line.length <= 80));
  });
}

Deno.test("every note belongs to an option that unshare has", async () => {
  const { stdout } = await run(["unshare", "--help"]);
  for (const flag of Object.keys(FLAGS)) {
    assertMatch(stdout, new RegExp(`(^|\\W)${flag}\\b`, "m"));
  }
});
