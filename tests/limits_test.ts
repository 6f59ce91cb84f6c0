import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatSize, parseSize } from "../lib/cli/size.ts";
import { parseCgroups } from "../lib/kernel/cgroups.ts";
import { listDirectory } from "../lib/kernel/list_directory.ts";
import type { Mount } from "../lib/kernel/mountinfo.ts";
import { countSockets } from "../lib/kernel/sockets.ts";
import { confine, planLimits } from "../lib/lab/confine.ts";
import {
  type Controller,
  findPosition,
  type Place,
  readPlaces,
} from "../lib/kernel/limits.ts";
import { isAlive, until } from "./harness.ts";
import { testLimits } from "./with_limits.ts";

const mount = (fsType: string, mountPoint: string, root = "/"): Mount => ({
  mountPoint,
  root,
  fsType,
  source: fsType,
});

/** Where a process is, by what the kernel tells of it. */
function position(controller: Controller, cgroups: string, mounts: Mount[]) {
  return findPosition(controller, parseCgroups(cgroups), mounts)?.folder;
}

Deno.test("findPosition() finds cgroup v2, v1, and the two together", () => {
  const v2 = [mount("cgroup2", "/sys/fs/cgroup")];
  assertEquals(
    position("memory", "0::/user.slice/x.scope\n", v2),
    "/sys/fs/cgroup/user.slice/x.scope",
  );
  assertEquals(position("pids", "0::/\n", v2), "/sys/fs/cgroup");
  const v1 = [
    mount("cgroup", "/sys/fs/cgroup/cpu,cpuacct"),
    mount("cgroup", "/sys/fs/cgroup/pids"),
    mount("cgroup2", "/sys/fs/cgroup/unified"),
  ];
  const both = "9:pids:/a:b\n1:cpu,cpuacct:/\n0::/c\n";
  assertEquals(position("pids", both, v1), "/sys/fs/cgroup/pids/a:b");
  assertEquals(position("memory", both, v1), "/sys/fs/cgroup/unified/c");
});

Deno.test("findPosition() takes the root of the mount into account", () => {
  const inner = [mount("cgroup", "/sys/fs/cgroup/pids", "/docker/1")];
  assertEquals(
    position("pids", "9:pids:/docker/1/sub\n", inner),
    "/sys/fs/cgroup/pids/sub",
  );
  assertEquals(position("pids", "9:pids:/docker/12\n", inner), undefined);
  assertEquals(position("pids", "9:pids:/\n", []), undefined);
});

const V2: Place[] = [
  { controller: "pids", folder: "/c", file: "pids.max", reason: "" },
  { controller: "memory", folder: "/c", file: "memory.max", reason: "" },
];

Deno.test("planLimits() makes one group under v2, without a way into swap", () => {
  const plan = planLimits({ pids: "9", memory: "4096" }, V2, "g");
  assertEquals(plan.groups, ["/c/g"]);
  assertEquals(plan.steps, [
    "mkdir /c/g",
    "echo 9 >/c/g/pids.max",
    "echo 4096 >/c/g/memory.max",
    "[ ! -e /c/g/memory.swap.max ] || echo 0 >/c/g/memory.swap.max",
  ]);
  assertEquals(plan.enter.slice(-1), ["/c/g"]);
});

Deno.test("planLimits() does nothing where nothing is asked, or possible", () => {
  const none = planLimits({ pids: "max", memory: "max" }, V2, "g");
  assertEquals([none.groups, none.enter, none.refused], [[], [], undefined]);
  const places = [{ ...V2[0]!, folder: "", reason: "why" }];
  const refused = planLimits({ pids: "9", memory: "max" }, places, "g");
  assertEquals([refused.groups, refused.enter], [[], []]);
  assertEquals(refused.refused, "why");
});

Deno.test("confine() says what the kernel said, and leaves nothing", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  try {
    const places = [{ ...V2[0]!, folder: `${folder}/none` }];
    const { refused, enter } = await confine(
      { pids: "9", memory: "max" },
      places,
    );
    assertStringIncludes(refused!, "mkdir");
    assertEquals(enter, []);
    assertEquals(listDirectory(folder), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

testLimits(
  "confine() ends whoever is left in the group, and removes it",
  async () => {
    const { enter, steps, close } = await confine(
      { pids: "9", memory: "max" },
      readPlaces(),
    );
    const folder = steps[0]!.slice("mkdir ".length);
    assert(Deno.statSync(folder).isDirectory);
    const [program, ...args] = [...enter, "sh", "-c", "sleep 99 & wait"];
    const child = new Deno.Command(program!, { args }).spawn();
    const members = () =>
      Deno.readTextFileSync(`${folder}/cgroup.procs`).split("\n").filter(
        Boolean,
      );
    await until("both are in the group", () => members().length === 2);
    const pids = members().map(Number);
    await close();
    assertEquals((await child.status).signal, "SIGKILL");
    assertEquals(pids.filter(isAlive), []);
    assertEquals(listDirectory(folder), []);
  },
);

testLimits(
  "confine() removes the group also when its keeper is killed",
  async () => {
    const { steps, close } = await confine(
      { pids: "9", memory: "max" },
      readPlaces(),
    );
    const folder = steps[0]!.slice("mkdir ".length);
    const found = new Deno.Command("pgrep", { args: ["-f", folder] });
    const { stdout } = await found.output();
    const [keeper] = new TextDecoder().decode(stdout).split("\n").map(Number);
    Deno.kill(keeper!, "SIGKILL");
    await until("it has ended", () => !isAlive(keeper!));
    assert(Deno.statSync(folder).isDirectory);
    await close();
    assertEquals(listDirectory(folder), []);
  },
);

Deno.test("parseSize() and formatSize() agree", () => {
  for (const text of ["1", "4095", "8K", "64M", "3G", "2T"]) {
    assertEquals(formatSize(parseSize(text)!), text);
  }
  assertEquals(parseSize("64m"), 64 * 1024 * 1024);
  for (
    const text of ["", "0", "-1", "1.5G", "64MB", " 1", "1P", "999999999T"]
  ) {
    assertEquals(parseSize(text), undefined);
  }
});

Deno.test("countSockets() counts those that can be found", () => {
  const unix = "Num       RefCount Protocol Flags    Type St Inode Path\n" +
    "0000000000000000: 00000002 00000000 00010000 0001 01  9 @/tmp/.X11\n" +
    "0000000000000000: 00000003 00000000 00000000 0001 03 10\n";
  assertEquals(countSockets(unix), 1);
  const tcp = "  sl  local_address rem_address\n   0: 0100007F:1F90 x\n";
  assertEquals(countSockets(tcp), 1);
  assertEquals(countSockets(""), 0);
});
