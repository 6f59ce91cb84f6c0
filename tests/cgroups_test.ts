import { assertEquals, assertThrows } from "@std/assert";
import { parseCgroups } from "../lib/kernel/cgroups.ts";

Deno.test("parseCgroups() takes both versions, together or alone", () => {
  const text = "9:name=systemd:/\n4:cpu,cpuacct:/a:b/c d (deleted)\n0::/..\n";
  assertEquals(parseCgroups(text), [
    { hierarchy: 9, controllers: ["name=systemd"], path: "/" },
    {
      hierarchy: 4,
      controllers: ["cpu", "cpuacct"],
      path: "/a:b/c d (deleted)",
    },
    { hierarchy: 0, controllers: [], path: "/.." },
  ]);
  assertEquals(parseCgroups(""), []);
});

Deno.test("parseCgroups() refuses what it does not know", () => {
  assertThrows(() => parseCgroups("memory:/\n"), SyntaxError, '"memory:/"');
});
