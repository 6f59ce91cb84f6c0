import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../lib/cli/failure.ts";
import { type OptionSpec, parseOptions } from "../lib/cli/options.ts";
import { parseWords } from "../lib/cli/parse_words.ts";

const SPECS = {
  all: { short: "a" },
  here: { short: "h" },
  name: { value: "NAME", short: "n" },
  shell: { value: "CMD", optional: true },
  type: { value: "TYPE", short: "t", repeat: true },
  size: {
    value: "SIZE",
    check: (text) => /^\d+K$/.test(text) ? undefined : "it ends with K",
    resolve: (text) => `${Number.parseInt(text) * 1024}`,
  },
} satisfies Record<string, OptionSpec>;

const RIGHT: [string[], Record<string, string | true>][] = [
  [[], {}],
  [["--all"], { all: true }],
  [["-a", "--all"], { all: true }],
  [["--all", "--here", "--all"], { all: true, here: true }],
  [["-ah"], { all: true, here: true }],
  [["--name=a=b"], { name: "a=b" }],
  [["--name=-x"], { name: "-x" }],
  [["--name", "x", "-h"], { name: "x", here: true }],
  [["-n", "x"], { name: "x" }],
  [["-an", "x"], { all: true, name: "x" }],
  [["--name=a\nb"], { name: "a\nb" }],
  [["--name=x", "--name", "y"], { name: "y" }],
  [["--shell"], { shell: true }],
  [["--shell="], { shell: true }],
  [["--shell=sh -c x"], { shell: "sh -c x" }],
  [["--type=x", "-t", "y"], { type: "x\ny" }],
  [["--size=2K"], { size: "2048" }],
];

for (const [args, options] of RIGHT) {
  Deno.test(`parseOptions() understands ${JSON.stringify(args)}`, async () => {
    assertEquals(await parseOptions(SPECS, args), { options, rest: [] });
    // Switches alone do not pass through it otherwise.
    assertEquals(parseWords(SPECS, args, false), { options, rest: [] });
  });
}

const WRONG: [string[], string][] = [
  [["--nope"], 'Unknown option "--nope"'],
  [["--all", "--nope"], 'Unknown option "--nope"'],
  [["--toString"], 'Unknown option "--toString"'],
  [["--=x"], 'Unknown option "--=x"'],
  [["-"], 'Unknown option "-"'],
  [["-ax"], 'Unknown option "-ax"'],
  [["-n=x"], 'Unknown option "-n=x"'],
  [["x"], 'Unexpected word "x"'],
  [["--name=x", "y"], 'Unexpected word "y"'],
  [["--all=x"], "--all takes no value"],
  [["--name"], "--name needs a value: NAME"],
  [["--name", "--all"], "--name needs a value: NAME"],
  [["--name="], "--name needs a value: NAME"],
  [["--name", ""], "--name needs a value: NAME"],
  [["-na", "x"], 'Unexpected word "x"'],
  [["--type=x", "--type="], "--type needs a value each time"],
  [["--size=2"], '--size "2": it ends with K'],
  [["--size", "-2"], '--size "-2": it ends with K'],
  [["--all", "-2"], 'Unknown option "-2"'],
  [["--", "x"], 'Unexpected argument "--"'],
];

for (const [args, message] of WRONG) {
  Deno.test(`parseOptions() refuses ${JSON.stringify(args)}`, async () => {
    const error = await assertRejects(
      () => parseOptions(SPECS, args),
      UsageError,
    );
    assertEquals(error.message, message);
  });
}

Deno.test("parseOptions() leaves what stands after --", async () => {
  const args = ["--all", "--", "ls", "--all", "--"];
  assertEquals(await parseOptions(SPECS, args, true), {
    options: { all: true },
    rest: ["ls", "--all", "--"],
  });
  const error = await assertRejects(
    () => parseOptions(SPECS, ["--"], true),
    UsageError,
  );
  assertEquals(error.message, 'After "--" a command is missing');
});
