import { assert, assertEquals } from "@std/assert";
import { parseIgmp, parseNetDev } from "../lib/kernel/interfaces.ts";
import {
  missing,
  run,
  scriptCommand,
  testUnless,
  unshared,
} from "./harness.ts";

const HEADER = "Inter-|   Receive            |  Transmit\n" +
  " face |bytes    packets errs |bytes    packets errs\n";

Deno.test("parseNetDev() takes names of any length and any bytes", () => {
  const text = HEADER +
    "    lo: 3193 29 0 3193 29 0\n" +
    "fifteen-bytes-1: 0 0 0 0 0 0\n" +
    // A full counter once left no space after the colon.
    "  eth0:55800300 1262 0 64823 784 0\n" +
    "\x1b[2J\udcff: 0 0 0 0 0 0\n";
  const names = ["lo", "fifteen-bytes-1", "eth0", "\x1b[2J\udcff"];
  assertEquals(parseNetDev(text), names);
  assertEquals(parseNetDev(HEADER), []);
});

Deno.test("parseIgmp() finds the members of the group of all hosts", () => {
  const text =
    "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n" +
    "1\tlo        :     1      V3\n" +
    "\t\t\t\t010000E0     1 0:00000000\t\t0\n" +
    // Joined by a program, and the device is down.
    "2\tbr0       :     1      V3\n" +
    "\t\t\t\tFB0000E0     1 0:00000000\t\t0\n" +
    "3\tfifteen-bytes-1:     2      V2\n" +
    "\t\t\t\tFB0000E0     1 0:00000000\t\t0\n" +
    "\t\t\t\t010000E0     1 0:00000000\t\t0\n";
  assertEquals([...parseIgmp(text)], ["lo", "fifteen-bytes-1"]);
  assertEquals(
    [...parseIgmp(text.replaceAll("010000E0", "E0000001"))],
    ["lo", "fifteen-bytes-1"],
  );
});

testUnless(missing("ip"), "net --here agrees with ip link", async () => {
  // With and without an address, enslaved, with a peer that is down, taken down
  // again, and without IPv6. A kernel may lack one type of device or another.
  const setUp = `
    echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
    ip link set lo up
    ip link add bridge type bridge && ip link set bridge up
    ip link add here type veth peer name there &&
      ip link set here master bridge up
    ip link add again type bridge && ip link set again up &&
      ip addr add 10.0.0.1/8 dev again && ip link set again down
    ip link add "$(printf '\\033[2J"')" type bridge
    ip tuntap add tunnel mode tun && ip link set tunnel up
  `;
  const ran = await run(unshared(["--net"], [
    ...["sh", "-c", `(${setUp}) 2>/dev/null; ip -j link; exec "$@"`, "sh"],
    ...scriptCommand("net", ["--here", "--json"]),
  ]));
  assertEquals(ran.code, 0, ran.stderr);
  const split = ran.stdout.indexOf("\n{");
  const links: { ifname: string; flags: string[] }[] = JSON.parse(
    // ip(8) does not escape what it prints.
    ran.stdout.slice(0, split).replaceAll("\x1b", "\\u001b")
      .replaceAll('2J""', '2J\\""'),
  );
  const { interfaces } = JSON.parse(ran.stdout.slice(split));
  assertEquals(
    interfaces,
    links.map(({ ifname, flags }) => ({
      name: ifname,
      up: flags.includes("UP"),
    })),
  );
  assert(interfaces.some(({ up }: { up: boolean }) => up));
});
