import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { printable } from "../lib/cli/printable.ts";
import { listPids, listProcesses, readName } from "../lib/kernel/processes.ts";
import { runScript } from "./harness.ts";

/** Starts a process that takes a name, says so, and waits to be let go. */
async function named(octal: string) {
  const child = new Deno.Command("sh", {
    args: ["-c", `printf '${octal}' > /proc/$$/comm; echo ready; read -r _`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      await reader.cancel();
      await child.stdin.close();
      await child.status;
    },
  };
}

// What a terminal could act on; lines end with a newline.
const UNSAFE = /(?!\n)\p{C}/u;

// What the process is told to print, and the name as text.
const HOSTILE = [
  ["\\033[2J\\033[H", "\x1b[2J\x1b[H"],
  ["a\\nPid: 1\\n", "a\nPid: 1\n"],
  ["x) S 1 (y", "x) S 1 (y"],
  [" ) ( ", " ) ( "],
  ["\\377\\376\\303", "\udcff\udcfe\udcc3"],
  ["\\302\\2332J", "\x9b2J"],
  ["\\342\\200\\256gpj", "\u202egpj"],
  ["back\\\\slash", "back\\slash"],
] as const;

Deno.test("a hostile name is parsed right", async (t) => {
  for (const [octal, name] of HOSTILE) {
    await t.step(printable(name), async () => {
      await using child = await named(octal);
      assertEquals(readName(child.pid), name);
      assertEquals(
        listProcesses().find(({ pid }) => pid === child.pid),
        { name, pid: child.pid },
      );
    });
  }
});

Deno.test("a hostile name is shown escaped, and never raw", async (t) => {
  for (const [octal, name] of HOSTILE) {
    await t.step(printable(name), async () => {
      await using child = await named(octal);
      const { code, stdout } = await runScript("pid", ["--here"]);
      assertEquals(code, 0);
      const line = stdout.split("\n").find((row) =>
        row.endsWith(` ${child.pid}`)
      );
      assertEquals(
        line?.slice(0, line.lastIndexOf(" ")).trimEnd(),
        printable(name).trimEnd(),
      );
      assertEquals(UNSAFE.test(stdout), false);
    });
  }
});

Deno.test("a hostile name in JSON is the name, and harmless", async () => {
  for (const [octal, name] of HOSTILE) {
    await using child = await named(octal);
    const { stdout } = await runScript("pid", ["--here", "--json"]);
    const { processes } = JSON.parse(stdout);
    assertEquals(
      processes.find((process: { pid: number }) => process.pid === child.pid),
      { name, pid: child.pid },
    );
    assertEquals(UNSAFE.test(stdout), false);
  }
});

Deno.test("readName() knows that a process has ended", async () => {
  const child = new Deno.Command("true").spawn();
  await child.status;
  assertEquals(readName(child.pid), undefined);
});

Deno.test("listPids() agrees with what /proc says of this process", () => {
  const pids = listPids();
  assert(pids.includes(Deno.pid));
  assertEquals(pids, pids.toSorted((a, b) => a - b));
});

Deno.test("a thousand scans while processes come and go", async () => {
  const churn = Array.from({ length: 2 }, () =>
    new Deno.Command("sh", {
      args: ["-c", "while :; do true | true | true; done"],
    }).spawn());
  try {
    let seen = new Set<number>();
    let vanished = 0;
    for (let scan = 0; scan < 1000; scan++) {
      const processes = listProcesses();
      assert(processes.some(({ pid }) => pid === Deno.pid));
      const pids = new Set(processes.map(({ pid }) => pid));
      vanished += [...seen].filter((pid) => !pids.has(pid)).length;
      seen = pids;
    }
    // Had nothing come and gone, nothing would have been tested.
    assert(vanished > 100, `only ${vanished} processes ended`);
  } finally {
    for (const child of churn) {
      child.kill("SIGKILL");
      await child.status;
    }
  }
});

Deno.test("the form of the workshop, to the letter", async () => {
  const { stdout } = await runScript("pid", ["--here"]);
  const [first, second, third, header, ...rows] = stdout.split("\n");
  assertEquals(/^My pid is \d+$/.test(first!), true);
  assertEquals([second, third], ["", "PIDS"]);
  assertStringIncludes(header!, "NAME        ");
  const column = header!.indexOf("PID");
  const names = rows.slice(0, -1).map((row) => row.slice(0, column).trimEnd());
  const longest = Math.max(4, ...names.map((name) => name.length));
  assertEquals(column, longest + 8);
});
