import { assertEquals, assertMatch } from "@std/assert";
import { shellQuote } from "../lib/cli/shell_quote.ts";
import { NAMESPACES } from "../lib/kernel/namespaces.ts";
import { ROOT, run, runScript, scriptCommand, unshared } from "./harness.ts";

const LABS = NAMESPACES.map(({ lab }) => lab);
const SCRIPTS = [...LABS, "ls", "doctor"];

/** Wrong usage is one line on stderr, a pointer to --help, and exit code 2. */
async function refused(
  name: string,
  args: string[],
  why: string,
): Promise<void> {
  const { code, stdout, stderr } = await runScript(name, args);
  const pointer = `; try "deno run scripts/${name}.ts --help"\n`;
  assertEquals(stderr, `${name}: ${why}${pointer}`);
  assertEquals({ code, stdout }, { code: 2, stdout: "" });
}

for (const name of SCRIPTS) {
  Deno.test(`${name} refuses what it does not know`, async () => {
    await Promise.all([
      refused(name, ["--nope"], 'Unknown option "--nope"'),
      refused(name, ["--no-json"], 'Unknown option "--no-json"'),
      refused(name, ["-x"], 'Unknown option "-x"'),
      refused(name, ["-hx"], 'Unknown option "-hx"'),
      refused(name, ["-h=1"], 'Unknown option "-h=1"'),
      refused(name, ["word"], 'Unexpected word "word"'),
      refused(name, [""], 'Unexpected word ""'),
      refused(name, ["--json=1"], "--json takes no value"),
      refused(name, ["--json="], "--json takes no value"),
    ]);
  });
}

Deno.test("The pointer to --help can be pasted, wherever the script is", async () => {
  const parent = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  const folder = `${parent}/it's a cafe\u0301 \u{1f980}`;
  Deno.mkdirSync(folder);
  try {
    const names = ["lib", "scripts", "deno.json", "deno.lock"];
    await run(["cp", "-r", ...names.map((name) => `${ROOT}/${name}`), folder]);
    for (const name of ["uts", "ls", "doctor"]) {
      const { stderr } = await run([
        ...[Deno.execPath(), "run", "-A", "--cached-only"],
        ...[`${folder}/scripts/${name}.ts`, "--nope"],
      ]);
      const [, pointer] = /; try "(deno run .* --help)"\n$/.exec(stderr)!;
      const { code, stdout } = await run(["sh", "-c", pointer!]);
      assertEquals(code, 0);
      // What --help says to run is the same script.
      const [, path] = /^deno run (.*) --help$/.exec(pointer!)!;
      assertEquals(
        stdout.split("\n")[0],
        `Usage: deno run -A ${path} [options]`,
      );
    }
  } finally {
    Deno.removeSync(parent, { recursive: true });
  }
});

Deno.test("A bad word is shown, and its control characters are not", async () => {
  await refused(
    "pid",
    ["--\x1b[2J\n\u202e"],
    'Unknown option "--\\x1b[2J\\n\\u{202e}"',
  );
});

for (const lab of LABS) {
  Deno.test(`${lab} refuses two modes at once`, async () => {
    await Promise.all(
      ["here", "shell", "explain", "bash"].map((mode) =>
        refused(
          lab,
          ["--dry-run", `--${mode}`],
          `--${mode} and --dry-run do not go together`,
        )
      ),
    );
    await refused(
      lab,
      ["--json", "--shell"],
      "--shell and --json do not go together",
    );
  });
}

Deno.test("What scripts say to themselves is not for others to say", async () => {
  const why = "this option is what the script says to itself, in JSON";
  await refused("pid", ["--hold"], `--hold "": ${why}`);
  await refused("pid", ["--look=1"], `--look "1": ${why}`);
});

for (const option of ["hostname", "domainname"]) {
  Deno.test(`uts refuses a bad --${option}`, async () => {
    const bad = (value: string, why: string, shown = value) =>
      refused(
        "uts",
        [`--${option}=${value}`],
        `--${option} "${shown}": ${why}`,
      );
    const long = "a name has at most 64 bytes";
    const letters = "a name has letters, digits, dots and inner hyphens only";
    await Promise.all([
      bad("a".repeat(65), long),
      bad("é".repeat(33), long),
      bad("a/b", letters),
      bad("a b", letters),
      bad("-a", letters),
      bad("é", letters),
      bad("$(reboot)", letters),
      bad("a\n\x1b[2J", letters, "a\\n\\x1b[2J"),
      refused("uts", [`--${option}`], `--${option} needs a value: NAME`),
      refused("uts", [`--${option}=`], `--${option} needs a value: NAME`),
      refused(
        "uts",
        [`--${option}`, "--here"],
        `--${option} needs a value: NAME`,
      ),
    ]);
  });

  Deno.test(`uts takes a --${option} of 64 bytes`, async () => {
    const { code } = await runScript("uts", [`--${option}=${"a".repeat(64)}`]);
    assertEquals(code, 0);
  });
}

/** What ls was not allowed to see, it counts on stderr. */
function withoutCount(stderr: string): string {
  return stderr.replace(/^ls: No permission to see .*\n/m, "");
}

for (const name of SCRIPTS) {
  Deno.test(`${name} ends quietly when its reader has gone`, async () => {
    const script = `{ ${
      shellQuote(scriptCommand(name))
    }; echo $? >&2; } | true`;
    const { stderr } = await run(["sh", "-c", script]);
    assertEquals(withoutCount(stderr), "141\n");
  });

  Deno.test(`${name} says that the disk is full`, async () => {
    const command = shellQuote(scriptCommand(name));
    const { code, stderr } = await run(["sh", "-c", `${command} > /dev/full`]);
    assertEquals(code, 3);
    assertEquals(
      withoutCount(stderr),
      `${name}: Cannot write
  said:   No space left on device (os error 28)
  cause:  there is no space left on the disk behind it
  remedy: df -h; df -i
`,
    );
  });
}

Deno.test("| head -1 gets its line, and nothing is said", async () => {
  const script = `${shellQuote(scriptCommand("pid"))} --here | head -1`;
  const { code, stdout, stderr } = await run(["sh", "-c", script]);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertMatch(stdout, /^My pid is \d+\n$/);
});

Deno.test("A stderr that nobody can write to leaves the exit code", async () => {
  for (const [args, expected] of [["--nope", "2"], ["--here", "0"]] as const) {
    const command = shellQuote(scriptCommand("pid", [args]));
    const { stdout } = await run([
      "sh",
      "-c",
      `${command} > /dev/null 2> /dev/full; echo $?`,
    ]);
    assertEquals(stdout.trim(), expected);
  }
});

Deno.test("No script needs to write to /tmp, or to any other folder", async () => {
  // Deno compiles to its own folder; what is compiled already is only read.
  for (const name of SCRIPTS) assertEquals((await runScript(name)).code, 0);
  const { code, stdout } = await run(unshared(["--mount"], [
    "sh",
    "-ec",
    `for folder in /tmp /var/tmp /dev/shm; do
      mount --bind $folder $folder
      mount -o remount,bind,ro $folder
    done
    ! touch /tmp/nslab 2>&-
    ${
      SCRIPTS.map((name) => `${shellQuote(scriptCommand(name))} > /dev/null`)
        .join("\n")
    }
    echo all`,
  ]));
  assertEquals({ code, stdout }, { code: 0, stdout: "all\n" });
});
