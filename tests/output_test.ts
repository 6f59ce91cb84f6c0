/**
 * How results look: colour, and how much of a long table there is.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Held } from "./held.ts";
import {
  missing,
  run,
  runScript,
  scriptCommand,
  testUnless,
} from "./harness.ts";
import { Terminal } from "./terminal.ts";

/** Scripts, and something that each of them shows in colour. */
const COLOURED = [
  ["uts", [], "\x1b[32mholds"],
  ["ls", ["--type", "uts"], "\x1b[1m"],
  ["doctor", [], "\x1b[1m"],
] as const;

// Deno itself clears its terminal's line: that is no colour.
// deno-lint-ignore no-control-regex -- what a terminal acts on
const STYLE = /\x1b\[[\d;]*m/;

/** A command line in an environment that says nothing about colour. */
const neutral = (words: string[]): string[] => [
  ...["env", "-u", "NO_COLOR"],
  ...words,
];

/** What appears on a terminal. */
async function screenOf(
  words: string[],
  env: Record<string, string> = {},
): Promise<string> {
  await using terminal = new Terminal(words, env);
  assertEquals(await terminal.end(), 0);
  return terminal.screen;
}

for (const [name, args, styled] of COLOURED) {
  const command = (...more: string[]) =>
    scriptCommand(name, [...args, ...more]);

  testUnless(
    missing("script"),
    `${name} has colour on a terminal`,
    async () => {
      const [plain, unwanted, without] = await Promise.all([
        screenOf(neutral(command())),
        screenOf(command(), { NO_COLOR: "1" }),
        screenOf(neutral(command("--no-color"))),
      ]);
      assert(plain.includes(styled), plain);
      for (const screen of [unwanted, without]) {
        assert(screen.length > 0);
        assertEquals(STYLE.test(screen), false);
      }
    },
  );

  Deno.test(`${name} has no colour elsewhere`, async () => {
    const { code, stdout } = await run(neutral(command()));
    assertEquals(code, 0);
    assert(stdout.length > 0);
    assertEquals(STYLE.test(stdout), false);
  });
}

const SLEEPERS = 30;

/** Starts processes enough for a long table; they end when it does. */
const CROWD = `pids=
for i in $(seq ${SLEEPERS}); do
  sleep 1000 >/dev/null & pids="$pids $!"
done
echo ready; read -r line; kill $pids`;

/** The table of the outside while the inside was alive, and its length. */
async function outsideOf(
  args: string[],
): Promise<{ lines: string[]; length: number }> {
  const { code, stdout } = await runScript("pid", args);
  assertEquals(code, 0);
  const [, text] =
    /\nOUTSIDE, at the same time\n.*\n\nPIDS\nNAME.*\n([^]*?)\n\n/
      .exec(stdout)!;
  const [, length] = /\/proc lists 1 inside, (\d+) outside/.exec(stdout)!;
  return { lines: text!.split("\n"), length: Number(length) };
}

Deno.test("a long table lacks its middle, which is counted; with --all it is whole", async () => {
  await using _ = await Held.start(["sh", "-c", CROWD]);
  const [short, whole] = await Promise.all([
    outsideOf([]),
    outsideOf(["--all"]),
  ]);

  assertEquals(whole.lines.length, whole.length);
  const row = /^\S.* {8,}\d+$/;
  for (const line of whole.lines) assertMatch(line, row);
  const sleepers = whole.lines.filter((line) => /^sleep {8}/.test(line));
  assert(sleepers.length >= SLEEPERS);

  assert(short.lines.length < SLEEPERS, short.lines.join("\n"));
  const counts = short.lines.flatMap((line) =>
    /^\.\.\. (\d+) more \(--all shows them\)$/.exec(line)?.[1] ?? []
  );
  const rows = short.lines.filter((line) => row.test(line));
  assertEquals(rows.length + counts.length, short.lines.length);
  const left = counts.reduce((sum, count) => sum + Number(count), 0);
  assert(left > 0);
  assertEquals(rows.length + left, short.length);
  // Its ends are there.
  assertMatch(short.lines[0]!, row);
  assertMatch(short.lines.at(-1)!, row);
});
