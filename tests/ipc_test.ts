import { assert, assertEquals, assertMatch } from "@std/assert";
import { readQueues } from "../lib/kernel/sysvipc.ts";
import { run, runScript } from "./harness.ts";

/** Runs something while a queue exists outside. */
async function withQueue(fn: (id: number) => Promise<void>): Promise<void> {
  const { stdout } = await run(["ipcmk", "-Q"]);
  const id = /\d+/.exec(stdout)![0];
  try {
    await fn(Number(id));
  } finally {
    await run(["ipcrm", "-q", id]);
  }
}

const ids = (): number[] => readQueues().map(({ id }) => id);

Deno.test("ipc: a queue of the outside is not inside, nor the other way", async () => {
  await withQueue(async (id) => {
    const { code, stdout } = await runScript("ipc", ["--json"]);
    assertEquals(code, 0);
    const { before, inside, outside, claims } = JSON.parse(stdout);
    assert(before.queues.includes(id));
    assert(outside.queues.includes(id));
    assertEquals(inside.queues.length, 1);
    const [, made, others, twice] = claims;
    assertEquals([made.result, others.result], ["holds", "holds"]);
    // Ids are given in turn, from 0 in a new namespace.
    const shared = outside.queues.includes(inside.queues[0]);
    assertEquals(twice.result, shared ? "holds" : "inconclusive");
  });
});

Deno.test("ipc: nothing is left outside", async () => {
  const before = ids();
  const { code } = await runScript("ipc");
  assertEquals(code, 0);
  assertEquals(ids(), before);
});

Deno.test("ipc --bash shows a queue inside and none of it outside", async () => {
  await withQueue(async () => {
    const outside = readQueues();
    const { stdout: text } = await runScript("ipc", ["--bash"]);
    const { code, stdout } = await run(["sh", "-c", text]);
    assertEquals(code, 0);
    assertMatch(stdout, /\nMessage queue id: \d+\n/);
    const keys = [...stdout.matchAll(/^ *(-?\d+) +\d+ +\d{3} /gm)]
      .map(([, key]) => Number(key));
    const own = outside.map(({ key }) => key);
    assertEquals(keys.length, own.length * 2 + 1);
    assertEquals(keys.slice(0, own.length), own);
    assert(!own.includes(keys[own.length]!));
    assertEquals(keys.slice(own.length + 1), own);
  });
});

Deno.test("ipc --shell=CMD leaves stdout to the command", async () => {
  const { code, stdout } = await runScript("ipc", ["--shell=echo mine"]);
  assertEquals({ code, stdout }, { code: 0, stdout: "mine\n" });
});
