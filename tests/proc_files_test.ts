/**
 * The parsers of what /proc says about one process, over texts as the kernel
 * writes them, and against this kernel.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { capabilityNames, lastCapability } from "../lib/kernel/capabilities.ts";
import { hasCapability } from "../lib/kernel/capabilities.ts";
import { parseIdMap } from "../lib/kernel/id_map.ts";
import { parseMountinfo, readMounts } from "../lib/kernel/mountinfo.ts";
import { parseStatus, readStatus } from "../lib/kernel/status.ts";
import { missing, run, testUnless, unshared } from "./harness.ts";

Deno.test("parseMountinfo() reads optional fields and escapes", () => {
  const text = `36 35 98:0 /mnt1 /mnt2 rw master:1 shared:2 - ext3 /dev/root rw
41 36 0:37 / /a\\040b\\134c\\012d rw - tmpfs nslab rw
`;
  assertEquals(parseMountinfo(text), [
    {
      mountPoint: "/mnt2",
      root: "/mnt1",
      fsType: "ext3",
      source: "/dev/root",
    },
    {
      mountPoint: "/a b\\c\nd",
      root: "/",
      fsType: "tmpfs",
      source: "nslab",
    },
  ]);
  assertEquals(parseMountinfo(""), []);
  for (const broken of ["36 35 98:0 / /x rw", "1 2 3 4 5 6 - ext4"]) {
    assertThrows(() => parseMountinfo(broken), SyntaxError);
  }
});

testUnless(missing("findmnt"), "readMounts() agrees with findmnt", async () => {
  const { stdout } = await run(["findmnt", "--list", "--json"]);
  assertEquals(
    readMounts().map(({ mountPoint }) => mountPoint).sort(),
    JSON.parse(stdout).filesystems
      .map(({ target }: { target: string }) => target).sort(),
  );
});

Deno.test("a mount point may be named anything but / and NUL", async () => {
  const name = "a b\\c\nd\x1b#\udcff";
  const { stdout } = await run(unshared(["--mount"], [
    ...["sh", "-c"],
    `mount -t tmpfs none /mnt
    d=$(printf '/mnt/a b\\\\c\\nd\\033#\\377')
    mkdir "$d"; mount -t tmpfs none "$d"
    exec "$0" run -A scripts/mount.ts --here --json`,
    Deno.execPath(),
  ]));
  const { mounts } = JSON.parse(stdout);
  assertEquals(mounts.at(-1).mountPoint, `/mnt/${name}`);
});

Deno.test("parseStatus() cannot be misled by a name", () => {
  const text = "Name:\tx\\nUid:\\t0\nPPid:\t7\nUid:\t1\t2\t3\t4\n" +
    "Gid:\t5\t6\t7\t8\nNSpid:\t21505\t1\nCapEff:\t0000000000200000\n" +
    "Seccomp:\t2\n";
  const status = parseStatus(text);
  assertEquals(status, {
    ppid: 7,
    nsPid: [21505, 1],
    uid: 2,
    gid: 6,
    capabilities: 1n << 21n,
    seccomp: 2,
  });
  assertEquals(capabilityNames(status.capabilities), ["CAP_SYS_ADMIN"]);
  assertEquals(hasCapability(status.capabilities, "CAP_SYS_ADMIN"), true);
  assertEquals(hasCapability(status.capabilities, "CAP_CHOWN"), false);
});

Deno.test("readStatus() agrees with Deno", () => {
  const { uid, gid, nsPid } = readStatus();
  assertEquals([uid, gid], [Deno.uid(), Deno.gid()]);
  assertEquals(nsPid.at(-1), Deno.pid);
});

testUnless(
  missing("capsh"),
  "the names of capabilities are libcap's",
  async () => {
    const all = (1n << BigInt(lastCapability() + 1)) - 1n;
    const { stdout } = await run(["capsh", `--decode=${all.toString(16)}`]);
    assertEquals(
      capabilityNames(all).map((name) => name.toLowerCase()),
      stdout.trim().split("=")[1]!.split(","),
    );
  },
);

Deno.test("a capability newer than the table has a number", () => {
  assertEquals(capabilityNames(1n << 50n), ["CAP_50"]);
});

Deno.test("parseIdMap() reads what the kernel aligns", () => {
  assertEquals(parseIdMap("         0       1000          1\n"), [
    { inside: 0, outside: 1000, count: 1 },
  ]);
  assertEquals(parseIdMap("0 0 4294967295\n"), [
    { inside: 0, outside: 0, count: 4294967295 },
  ]);
  assertEquals(parseIdMap(""), []);
});
