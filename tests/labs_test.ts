/**
 * What is true of every lab.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { shellQuote } from "../lib/cli/shell_quote.ts";
import { NAMESPACES } from "../lib/kernel/namespaces.ts";
import type { AnyLab, Claim } from "../lib/lab/lab.ts";
import {
  missing,
  type Ran,
  ROOT,
  run,
  runScript,
  scriptCommand,
  testUnless,
  unshared,
} from "./harness.ts";

/** The labs' own parts of a view: an example of each. */
const PARTS: Record<string, Record<string, unknown>> = {
  pid: { pid: 1, processes: [{ name: "", pid: 1 }] },
  uts: { hostname: "", domainname: "" },
  mount: { mounts: [{ mountPoint: "", root: "", fsType: "", source: "" }] },
  user: {
    uid: 0,
    gid: 0,
    uidMap: [{ inside: 0, outside: 0, count: 0 }],
    gidMap: [{ inside: 0, outside: 0, count: 0 }],
    capabilities: [""],
  },
  net: { interfaces: [{ name: "", up: true }] },
  ipc: { queues: [0] },
  cgroup: { cgroups: [{ hierarchy: 0, controllers: [""], path: "" }] },
  time: { uptime: 0, offsets: { monotonic: 0, boottime: 0 } },
  container: {
    pid: 1,
    processes: [{ name: "", pid: 1 }],
    hostname: "",
    files: [""],
    mounts: [{ mountPoint: "", root: "", fsType: "", source: "" }],
    interfaces: [{ name: "", up: true }],
    sockets: 0,
    queues: [0],
    cgroups: [{ hierarchy: 0, controllers: [""], path: "" }],
    limits: [{ controller: "", folder: "", file: "", reason: "" }],
  },
};

/** Each lab, and what it claims first. */
const LABS = [
  ...NAMESPACES.map(({ lab, type }) => ({
    name: lab,
    first: `The ${type} namespace is another one`,
  })),
  { name: "container", first: "Its namespaces are others" },
];

/** Asserts that a value has the shape of an example. */
function assertShape(value: unknown, example: unknown, at: string): void {
  assertEquals(typeof value, typeof example, at);
  assertEquals(Array.isArray(value), Array.isArray(example), at);
  if (Array.isArray(value)) {
    const [each] = example as unknown[];
    value.forEach((item, index) => assertShape(item, each, `${at}[${index}]`));
  } else if (typeof value === "object") {
    const parts = value as Record<string, unknown>;
    const examples = example as Record<string, unknown>;
    assertEquals(Object.keys(parts).sort(), Object.keys(examples).sort(), at);
    for (const [key, part] of Object.entries(examples)) {
      assertShape(parts[key], part, `${at}.${key}`);
    }
  }
}

function assertView(name: string, view: unknown, at: string): void {
  const links = Array.from(Deno.readDirSync("/proc/self/ns"), (link) => [
    link.name,
    "",
  ]);
  const example = { namespaces: Object.fromEntries(links), ...PARTS[name] };
  assertShape(view, example, `${name} ${at}`);
}

/** The claims of a run with --json, none of which failed. */
function claimsOf({ code, stdout, stderr }: Ran): Claim[] {
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const claims: Claim[] = JSON.parse(stdout).claims;
  const failed = claims.filter(({ result }) => result === "fails");
  assertEquals(failed, []);
  return claims;
}

/** The options of `deno run` that the header of a script names. */
function headerPermissions(name: string): string[] {
  const text = Deno.readTextFileSync(`${ROOT}/scripts/${name}.ts`);
  const line = /^ \* Run it: deno run (.*) scripts\/(.*)\.ts$/m.exec(text);
  assertEquals(line?.[2], name);
  return line![1]!.split(" ");
}

/** The lists that lack one permission of a list. */
function withoutOne(list: string[]): { left: string[]; lacking: string }[] {
  return list.flatMap((option, at) => {
    const [flag, value] = option.split("=");
    const values = value!.split(",");
    return values.map((lacking) => {
      const rest = values.filter((other) => other !== lacking).join(",");
      const left = rest === "" ? [] : [`${flag}=${rest}`];
      return {
        left: list.toSpliced(at, 1, ...left),
        lacking: `${flag}=${lacking}`,
      };
    });
  });
}

const withPermissions = (
  name: string,
  list: string[],
  args: string[] = [],
): string[] => [
  ...[Deno.execPath(), "run", "--no-prompt", "--cached-only", ...list],
  ...[`${ROOT}/scripts/${name}.ts`, ...args],
];

for (const { name, first: sentence } of LABS) {
  Deno.test(`${name} exits with 0 and prints the JSON of the Contract`, async () => {
    const [whole, here] = await Promise.all([
      runScript(name, ["--json"]),
      runScript(name, ["--here", "--json"]),
    ]);
    const [first, ...others] = claimsOf(whole);
    assertEquals(first!.claim, sentence);
    assertEquals(first!.result, "holds");
    assert(others.length > 0);
    const { before, inside, outside, ...rest } = JSON.parse(whole.stdout);
    assertShape(rest, {
      lab: "",
      kernel: "",
      command: [""],
      claims: [{ claim: "", result: "", evidence: "" }],
    }, name);
    assertEquals(rest.lab, name);
    assertEquals(rest.command[0], "unshare");
    assertView(name, before, "before");
    assertView(name, inside, "inside");
    assertView(name, outside, "outside");
    assertEquals(here.code, 0);
    assertView(name, JSON.parse(here.stdout), "--here");
  });

  Deno.test(`${name} tells as text what it tells as JSON`, async () => {
    const { code, stdout, stderr } = await runScript(name);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertMatch(stdout, /^OUTSIDE\n/);
    assertStringIncludes(stdout, "\nINSIDE\n");
    assertStringIncludes(stdout, "\nOUTSIDE, at the same time\n");
    assertMatch(
      stdout,
      /\n\d+ of \d+ claims hold(, \d inconclusive)? on Linux /,
    );
  });

  Deno.test(`${name} needs the permissions of its header and its task`, async () => {
    const list = headerPermissions(name);
    const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
    const command = `deno run ${list.join(" ")} scripts/${name}.ts`;
    assertEquals(tasks[name].command, command);
    const [exact, all, help] = await Promise.all([
      run(withPermissions(name, list, ["--json"])),
      runScript(name, ["--json"]),
      runScript(name, ["--help"]),
    ]);
    const results = (ran: Ran) =>
      claimsOf(ran).map(({ claim, result }) => ({ claim, result }));
    assertEquals(results(exact), results(all));
    assertStringIncludes(help.stdout, `\n  ${list.join(" ")}\n`);
  });

  Deno.test(`${name} has every mode with these permissions`, async () => {
    const list = headerPermissions(name);
    const modes = [
      ["--here"],
      ["--here", "--json"],
      ["--explain"],
      ["--bash"],
      ["--dry-run"],
      ["--shell=true"],
      ["--help"],
      ["--version"],
    ];
    const runs = await Promise.all(
      modes.map((mode) => run(withPermissions(name, list, mode))),
    );
    assertEquals(
      runs.map(({ code, stderr }) => ({ code, stderr })),
      modes.map(() => ({ code: 0, stderr: "" })),
    );
    assertView(name, JSON.parse(runs[1]!.stdout), "--here");
  });

  // There is no deno in a container.
  if (name !== "container") {
    Deno.test(`${name} within ${name} claims nothing false`, async () => {
      const command = shellQuote(scriptCommand(name, ["--json"]));
      claimsOf(await runScript(name, [`--shell=${command}`]));
    });
  }

  Deno.test(`${name} says in one line which permission is missing`, async () => {
    const list = headerPermissions(name);
    const end = `; run again with ${list.join(" ")}, or with -A\n`;
    await Promise.all(
      withoutOne(list).map(async ({ left, lacking }) => {
        const { code, stdout, stderr } = await run(withPermissions(name, left));
        assertEquals({ code, stdout }, { code: 3, stdout: "" });
        assertMatch(stderr, /^[^\n]*\n$/);
        const start = `${name}: Missing permission ${lacking} to `;
        assertEquals(stderr.slice(0, start.length), start);
        assertEquals(stderr.slice(-end.length), end);
      }),
    );
  });

  Deno.test(`${name} works inside other namespaces`, async () => {
    const command = scriptCommand(name, ["--json"]);
    const user = ["--user", "--map-root-user", "--kill-child"];
    const nested = [
      ["unshare", ...user, ...command],
      unshared(["--pid"], command),
      unshared(["--pid", "--mount-proc"], command),
    ];
    const runs = await Promise.all(nested.map((words) => run(words)));
    for (const ran of runs) {
      assertEquals(claimsOf(ran)[0]!.result, "holds");
    }
  });

  Deno.test(`${name} does nothing without isolation, and no claim holds`, async () => {
    const { lab }: { lab: AnyLab } = await import(`../scripts/${name}.ts`);
    // The outer namespaces are for the host's sake, should this test fail. They
    // also make an ordinary user root, to whom no user namespace is added.
    const { code, stdout, stderr } = await run(
      unshared(["--mount", "--uts", "--ipc"], [
        ...[Deno.execPath(), "run", "-A", "--cached-only"],
        ...[`${ROOT}/tests/without_isolation.ts`, name],
      ]),
    );
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const { shared, claims } = JSON.parse(stdout);
    assertEquals(shared, lab.isolates);
    assertEquals(
      claims.filter(({ result }: Claim) => result === "holds"),
      [],
    );
    assertEquals(claims[0].result, "fails");
  });

  for (const sh of ["sh", "bash"]) {
    testUnless(missing(sh), `${name} --bash runs under ${sh}`, async () => {
      const { code, stdout } = await runScript(name, ["--bash"]);
      assertEquals(code, 0);
      const ran = await run([sh, "-c", stdout]);
      assertEquals(ran.code, 0, ran.stderr);
      assert(ran.stdout.length > 0);
    });
  }
}
