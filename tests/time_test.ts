import { assert, assertEquals } from "@std/assert";
import { run, runScript, scriptCommand, unshared } from "./harness.ts";

Deno.test("time: only the boot clock inside moves, by what was asked", async () => {
  for (const asked of ["1", "4000000000"]) {
    const { code, stdout } = await runScript("time", [
      `--boottime=${asked}`,
      "--json",
    ]);
    assertEquals(code, 0);
    const { command, before, inside, outside, claims } = JSON.parse(stdout);
    assertEquals(command[command.indexOf("--boottime") + 1], asked);
    const seconds = Number(asked);
    assertEquals(inside.offsets, {
      monotonic: before.offsets.monotonic,
      boottime: seconds,
    });
    assertEquals(outside.offsets, before.offsets);
    const shift = seconds - before.offsets.boottime;
    assert(inside.uptime - shift > before.uptime - 0.02);
    assert(inside.uptime - shift < outside.uptime + 0.02);
    for (const { result } of claims) assertEquals(result, "holds");
  }
});

Deno.test("time: offsets are relative to the machine, not to the outside", async () => {
  const nested = (asked: string) =>
    run(
      unshared(
        ["--time", "--boottime", "500"],
        scriptCommand("time", [`--boottime=${asked}`, "--json"]),
      ),
    );
  const resultsOf = (stdout: string): string[] =>
    JSON.parse(stdout).claims.map(({ result }: { result: string }) => result);
  // Back, as the outside sees it.
  const back = await nested("200");
  assertEquals(back.code, 0, back.stderr);
  assertEquals(resultsOf(back.stdout), Array(5).fill("holds"));
  const same = await nested("500");
  assertEquals(same.code, 0, same.stderr);
  const rest = Array(4).fill("inconclusive");
  assertEquals(resultsOf(same.stdout), ["holds", ...rest]);
});

Deno.test("time: a wrong offset is one line and exit code 2", async () => {
  for (const wrong of ["--boottime=-1", "--boottime=1.5", "--boottime=9e9"]) {
    const { code, stdout, stderr } = await runScript("time", [wrong]);
    assertEquals({ code, stdout }, { code: 2, stdout: "" });
    assertEquals(
      stderr,
      `time: --boottime "${wrong.split("=")[1]}": the offset is a whole ` +
        "number of seconds from 0 to 4000000000; " +
        'try "deno run scripts/time.ts --help"\n',
    );
  }
});

Deno.test("time --bash shows the uptime of both sides", async () => {
  const { stdout: text } = await runScript("time", [
    "--boottime=4000",
    "--bash",
  ]);
  const { code, stdout } = await run(["sh", "-c", text]);
  assertEquals(code, 0);
  const [outside, inside] = [...stdout.matchAll(/^([\d.]+) [\d.]+$/gm)]
    .map(([, uptime]) => Number(uptime));
  assert(inside! - outside! >= 4000 - 0.02);
  const offsets = [...stdout.matchAll(/^boottime +(\d+) +0$/gm)]
    .map(([, seconds]) => seconds);
  assertEquals(offsets, ["4000", "0"]);
});

Deno.test("time: an uptime that lxcfs has covered decides nothing", async () => {
  const cover = 'cat /proc/uptime >"$0" && mount --bind "$0" /proc/uptime';
  const file = Deno.makeTempFileSync({ prefix: "nslab-test-" });
  try {
    const { code, stdout, stderr } = await run(
      unshared(["--mount"], [
        ...["sh", "-c", `${cover} && exec "$@"`, file],
        ...scriptCommand("time", ["--json"]),
      ]),
    );
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertEquals(
      JSON.parse(stdout).claims.map(({ result }: { result: string }) => result),
      ["holds", "inconclusive", "holds", "holds", "inconclusive"],
    );
  } finally {
    Deno.removeSync(file);
  }
});
