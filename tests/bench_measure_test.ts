import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Failure } from "../lib/cli/failure.ts";
import { setColor } from "../lib/cli/style.ts";
import { isGone } from "../lib/kernel/proc_error.ts";
import { listPids } from "../lib/kernel/processes.ts";
import { readStatus } from "../lib/kernel/status.ts";
import { Folder } from "./bench_folder.ts";
import { measureMemory, measureTimes, summarize } from "./bench_measure.ts";
import { benchTable, compare, perProcess } from "./bench_report.ts";
import { isAlive, ROOT, until } from "./harness.ts";

Deno.test("summarize() finds the middle, the least and the most", () => {
  assertEquals(summarize([7]), { median: 7, min: 7, max: 7 });
  assertEquals(summarize([9, 1, 2]), { median: 2, min: 1, max: 9 });
  assertEquals(summarize([10, 1, 4, 2]), { median: 3, min: 1, max: 10 });
  assertThrows(() => summarize([]), RangeError);
});

Deno.test("compare() holds figures against targets", () => {
  const base = { median: 20 };
  const figures = { median: 30 };
  const met = (target: { times: number } | { more: number }) =>
    compare("x", figures, base, target).target?.met;
  assertEquals(compare("x", figures), { what: "x", summary: figures });
  assertEquals(compare("x", figures, base).ratio, 1.5);
  assertEquals([met({ times: 1.5 }), met({ times: 1.4 })], [true, false]);
  assertEquals([met({ more: 10 }), met({ more: 9 })], [true, false]);
});

Deno.test("perProcess() is the slope", () => {
  const few = { median: 10, min: 9, max: 11 };
  const many = { median: 40, min: 39, max: 41 };
  assertEquals(perProcess(few, many, 1500).median, 20);
});

Deno.test("benchTable() fits into 80 columns", () => {
  const summary = { median: 12345.67, min: 1234.5, max: 99999.9 };
  const row = compare("container, its permissions", summary, summary, {
    more: 15,
  });
  setColor(false);
  const text = benchTable([{ title: "TITLE", rows: [row] }]);
  assertEquals(text.split("\n").filter((line) => line.length > 80), []);
  assert(text.endsWith("12345.7  1234.5 99999.9    1.00  +15 met"), text);
});

Deno.test("Commands take turns, and the first two do not count", async () => {
  await using folder = await Folder.make();
  const log = `${folder.path}/log`;
  const say = (word: string) => ["sh", "-c", `echo ${word} >>"$1"`, "", log];
  const times = await measureTimes({ one: say("1"), two: say("2") }, 3);
  assertEquals(Deno.readTextFileSync(log), "1\n2\n".repeat(5));
  assertEquals(Object.keys(times), ["one", "two"]);
  assert(times.one!.min > 0);
});

Deno.test("Memory is the most that there was", async () => {
  // A block that dd reads is in memory as a whole, and not for long.
  const dd = (
    size: string,
  ) => ["dd", "if=/dev/zero", "of=/dev/null", "count=1", `bs=${size}`];
  const commands = { small: dd("1k"), large: dd("64M") };
  const { small, large } = await measureMemory(commands, 3);
  const more = large!.median - small!.median;
  assert(more > 60 && more < 75, `${more} MB`);
});

Deno.test("A command that fails is not measured", async () => {
  const fails = { x: ["sh", "-c", "echo no >&2; exit 4"] };
  for (const measure of [measureTimes, measureMemory]) {
    const { detail } = await assertRejects(() => measure(fails, 1), Failure);
    assertEquals(detail.said, "no");
  }
});

/** Says where its folder is and who waits for it, and holds still. */
const VICTIM = `
import { Crowd } from "${ROOT}/tests/bench_crowd.ts";
import { Folder } from "${ROOT}/tests/bench_folder.ts";
import { listPids } from "${ROOT}/lib/kernel/processes.ts";
const crowd = new Crowd();
await crowd.growTo(listPids().length + 50);
const folder = await Folder.make();
const path = "/proc/self/task/" + Deno.pid + "/children";
const children = Deno.readTextFileSync(path).trim().split(" ").map(Number);
console.log(JSON.stringify({ folder: folder.path, children }));
await new Promise(() => setInterval(() => {}, 1000));
`;

Deno.test("A crowd and a folder are gone when their owner is killed", async () => {
  const owner = new Deno.Command(Deno.execPath(), {
    args: ["eval", VICTIM],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = owner.stdout.getReader();
  const { value } = await reader.read();
  const { folder, children } = JSON.parse(new TextDecoder().decode(value));
  const crowd = listPids().filter((pid) => isChildOf(pid, children[0]));
  assert(crowd.length > 20, `a crowd of ${crowd.length}`);
  assert(exists(folder));
  owner.kill("SIGKILL");
  await reader.cancel();
  await owner.status;
  await until("the crowd is gone", () => !crowd.some(isAlive));
  await until("the folder is gone", () => !exists(folder));
});

function isChildOf(pid: number, parent: number): boolean {
  try {
    return readStatus(pid).ppid === parent;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
