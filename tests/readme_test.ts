/**
 * The README cannot drift: its console blocks are run and compared, its table
 * is made from the one in the code, its links lead somewhere.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { NAMESPACES } from "../lib/kernel/namespaces.ts";
import { IS_ROOT, missing, ROOT, run, testUnless } from "./harness.ts";

const README = Deno.readTextFileSync(`${ROOT}/README.md`);

/** A command of a console block, and what it is said to print. */
interface Shown {
  command: string;
  output: string[];
}

function consoleBlocks(text: string): Shown[] {
  const shown: Shown[] = [];
  for (const [, block] of text.matchAll(/^```console\n(.*?)^```$/gms)) {
    for (const line of block!.trimEnd().split("\n")) {
      // Within a picture, the script itself shows a command line.
      const command = /^\$ (.*[^\\])$/.exec(line)?.[1];
      if (command !== undefined) shown.push({ command, output: [] });
      else shown.at(-1)!.output.push(line);
    }
  }
  return shown;
}

/**
 * What a machine other than ours may print: other numbers, another host name,
 * other spacing where they are longer; three dots are any text, and as a
 * line of their own any lines.
 */
function asPattern(lines: string[]): RegExp {
  const source = lines.map((line) => {
    if (line === "...") return "(?:.*\n)*?";
    return line.trim()
      .replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")
      .replaceAll("\\.\\.\\.", ".*")
      .replaceAll("laptop", "\\S+")
      .replaceAll(/\d+/g, "\\d+")
      .replaceAll(/Linux (\\d\+\\\.)+\\d\+/g, "Linux \\S+")
      .replaceAll(/ +/g, "\\s+") + "\\s*\n";
  });
  return new RegExp(`^\\s*${source.join("\\s*")}$`);
}

Deno.test("asPattern() tells right from wrong", () => {
  const pattern = asPattern(["My pid is 7", "...", "deno   7", "on laptop"]);
  assertMatch("My pid is 123\nx\ny\ndeno 5\non box-1\n", pattern);
  assertEquals(pattern.test("My pid is x\ndeno 5\non box\n"), false);
  assertEquals(pattern.test("My pid is 1\ndeno 5\non box\nmore\n"), false);
  assertEquals(pattern.test("My pid is 1\nbash 5\non box\n"), false);
});

/** Who shows it: sudo is for root, everything else for an ordinary user. */
const shown = consoleBlocks(README);
const forRoot = shown.filter(({ command }) => command.startsWith("sudo "));
const forAnyone = shown.filter((entry) => !forRoot.includes(entry));

for (const { command, output } of IS_ROOT ? forRoot : forAnyone) {
  testUnless(
    command.startsWith("sudo ") ? missing("sudo") : undefined,
    `README: $ ${command}`,
    async () => {
      const { stdout, stderr } = await run(["sh", "-c", command], {
        env: { LC_ALL: "C", DENO_NO_UPDATE_CHECK: "1" },
      });
      assertMatch(`${stdout}${stderr}`, asPattern(output));
    },
  );
}

Deno.test("README: its examples were found", () => {
  assert(forRoot.length >= 1 && forAnyone.length >= 15);
});

Deno.test("README: the table of namespaces is that of the code", () => {
  const rows = NAMESPACES.map((kind) => [
    `\`scripts/${kind.lab}.ts\``,
    `[${kind.type}](https://man7.org/linux/man-pages/man7/${
      kind.man.replace(/^(.*)\((.)\)$/, "$1.$2")
    }.html)`,
    kind.isolates,
    `\`${kind.flag}\``,
    kind.since,
  ]);
  const cells = (line: string) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim());
  const found = README.split("\n").filter((line) =>
    line.startsWith("| `scripts/")
  ).map(cells);
  assertEquals(found, rows);
});

Deno.test("README: every link within it leads somewhere", async (t) => {
  const anchors = [...README.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    `#${title!.toLowerCase().replaceAll(/[^\w -]/g, "").replaceAll(" ", "-")}`
  );
  for (const [, target] of README.matchAll(/\]\(([^)]+)\)/g)) {
    if (target!.startsWith("https://")) continue;
    await t.step(target!, () => {
      if (target!.startsWith("#")) assert(anchors.includes(target!));
      else Deno.statSync(`${ROOT}/${target}`);
    });
  }
});
