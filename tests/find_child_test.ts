import { assertEquals } from "@std/assert";
import { run, scriptCommand, unshared } from "./harness.ts";

// Enough to have every number that Deno and its children get in a new one.
const CROWD =
  'for i in $(seq 60); do sleep 600 & done; echo ready; read -r "_"';

Deno.test("a child is found where another namespace has its number, too", async () => {
  const [program, ...args] = unshared(["--pid"], ["sh", "-c", CROWD]);
  const crowd = new Deno.Command(program!, {
    args,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  try {
    await crowd.stdout.getReader().read();
    // Its /proc is still that of the outside, which shows both namespaces.
    const { code, stderr } = await run(
      unshared(["--pid"], scriptCommand("uts")),
    );
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
  } finally {
    // The end of its pid 1 is the end of the crowd.
    await crowd.stdin.close();
    await crowd.status;
  }
});
