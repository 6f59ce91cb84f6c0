/**
 * The mount lab on machines whose /mnt is not as usual.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { run, scriptCommand, unshared } from "./harness.ts";

/** What it claims where these lines of shell came first. */
async function claimsAfter(lines: string): Promise<string[]> {
  const { code, stdout, stderr } = await run(
    unshared(["--mount"], [
      ...["sh", "-c", `set -e; ${lines}; exec "$@"`, "sh"],
      ...scriptCommand("mount", ["--json"]),
    ]),
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return JSON.parse(stdout).claims
    .map(({ result }: { result: string }) => result);
}

Deno.test("mount: a /mnt that may not be read outside decides nothing", async () => {
  // One who owns nothing may not read a folder of mode 0, and root may not
  // either without the capabilities that are for that.
  const locked = "mount -t tmpfs -o mode=0 locked /mnt";
  const powers = "-dac_override,-dac_read_search";
  const drop = `exec setpriv --bounding-set=${powers} -- "$@"`;
  assertEquals(await claimsAfter(`${locked}; ${drop}`), [
    "holds",
    "holds",
    "inconclusive",
    "holds",
  ]);
});

Deno.test("mount: the tmpfs is found where /mnt is a link", async () => {
  // As on an ostree system: /mnt leads to /var/mnt.
  const root = "mount -t tmpfs root /mnt; mkdir /mnt/var /mnt/var/mnt; " +
    "for d in /*; do n=/mnt$d; [ -e $n ] || [ $d = /mnt ] || " +
    "if [ -h $d ]; then cp -P $d $n; elif [ -d $d ]; then mkdir $n && " +
    "mount --rbind $d $n; fi; done; " +
    "for d in /var/*; do [ $d = /var/mnt ] || [ ! -d $d ] || " +
    "{ mkdir /mnt$d; mount --rbind $d /mnt$d; }; done; " +
    "ln -s var/mnt /mnt/mnt; cd /mnt; pivot_root . .; umount -l .; cd /";
  assertEquals(await claimsAfter(`PATH=$PATH:/sbin; ${root}`), [
    ...Array(4).fill("holds"),
  ]);
});
