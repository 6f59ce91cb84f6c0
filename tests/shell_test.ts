import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readName } from "../lib/kernel/processes.ts";
import { readStatus } from "../lib/kernel/status.ts";
import {
  isAlive,
  missing,
  run,
  runScript,
  scriptCommand,
  testUnless,
  until,
} from "./harness.ts";
import { Terminal } from "./terminal.ts";

const NO_TERMINAL = missing("script");
const SH = { SHELL: "/bin/sh", PS1: "nslab> ", ENV: "" };
// dash, as pid 1 on a terminal, ends with an error of its own when it cannot
// give the terminal back to a process group outside.
const BASH = "--shell=exec bash --norc --noprofile";
const PROMPT = /nslab> /;

testUnless(
  NO_TERMINAL,
  "--shell is a shell with pid 1 and job control",
  async () => {
    await using terminal = new Terminal(scriptCommand("pid", [BASH]), SH);
    await terminal.waitFor(/You are in new namespaces: .*pid/);
    await terminal.waitFor(PROMPT);
    await terminal.type("echo pid=$$ size=$(stty size) flags=$-\n");
    await terminal.waitFor(/pid=1 size=33 99 flags=\S*m/);
    await terminal.waitFor(PROMPT);
    await terminal.type("exit 7\n");
    assertEquals(await terminal.end(), 7);
  },
);

testUnless(NO_TERMINAL, "Ctrl-C goes to the program inside alone", async () => {
  await using terminal = new Terminal(scriptCommand("pid", [BASH]), SH);
  await terminal.waitFor(PROMPT);
  await terminal.type('echo start""ed; cat\n');
  await terminal.waitFor(/started\r\n/);
  // What cat sends back proves that it runs and has the terminal.
  await terminal.type("there\n");
  await terminal.waitFor(/there\r\nthere\r\n/);
  await terminal.type("\x03");
  await terminal.waitFor(PROMPT);
  await terminal.type("echo code=$?; exit\n");
  await terminal.waitFor(/code=130/);
  assertEquals(await terminal.end(), 0);
});

testUnless(
  NO_TERMINAL ?? missing("nsenter"),
  "the greeting's nsenter line enters exactly this namespace",
  async () => {
    await using terminal = new Terminal(scriptCommand("uts", ["--shell"]), SH);
    const [line] = await terminal.waitFor(/nsenter [-\w ]+(?=[^-\w ])/);
    await terminal.waitFor(PROMPT);
    await terminal.type("readlink /proc/self/ns/uts\n");
    const [link] = await terminal.waitFor(/uts:\[\d+\]/);
    const entered = await run([
      ...line.split(" "),
      ...["sh", "-c", "readlink /proc/self/ns/uts; uname -n"],
    ]);
    assertEquals(entered, {
      code: 0,
      stdout: `${link}\ninside.nslab\n`,
      stderr: "",
    });
    await terminal.type("exit\n");
    assertEquals(await terminal.end(), 0);
  },
);

testUnless(
  NO_TERMINAL,
  "a launcher that is killed takes the shell along",
  async () => {
    for (const lab of ["pid", "uts"]) {
      await using terminal = new Terminal(scriptCommand(lab, ["--shell"]), SH);
      const [, pid] = await terminal.waitFor(/--target (\d+)/);
      await terminal.waitFor(PROMPT);
      const unshare = readStatus(Number(pid)).ppid;
      const launcher = readStatus(unshare).ppid;
      assertEquals(readName(launcher), "deno");
      Deno.kill(launcher, "SIGKILL");
      await terminal.end();
      await until(
        `the shell of ${lab} has ended`,
        () => !isAlive(Number(pid)),
      );
    }
  },
);

Deno.test("--shell=CMD runs a command line and passes on its exit code", async () => {
  const { code, stdout, stderr } = await runScript("pid", [
    "--shell=echo $$; exit 9",
  ]);
  assertEquals({ code, stdout, stderr }, {
    code: 9,
    stdout: "1\n",
    stderr: "",
  });
});

Deno.test("--shell=CMD reads our stdin", async () => {
  const { stdout } = await runScript("user", ["--shell=cat"], {
    stdin: "as it came",
  });
  assertEquals(stdout, "as it came");
});

Deno.test("a signal that ends the command becomes 128 and its number", async () => {
  const { code } = await runScript("uts", ["--shell=kill -TERM $$"]);
  assertEquals(code, 128 + 15);
});

/** A process number that a command line printed. */
const STRAY = "sleep 1000 & echo $!; wait";

Deno.test("what the command leaves in the background ends with it", async () => {
  const { code, stdout } = await runScript("uts", [
    `--shell=sleep 1000 >/dev/null 2>&1 & echo $!`,
  ]);
  assertEquals(code, 0);
  assertMatch(stdout, /^\d+\n$/);
  assertEquals(isAlive(Number(stdout)), false);
});

Deno.test("to end the launcher is to end all that it started", async () => {
  for (const signal of ["SIGTERM", "SIGHUP", "SIGKILL"] as const) {
    const [program, ...args] = scriptCommand("uts", [`--shell=${STRAY}`]);
    const child = new Deno.Command(program!, { args, stdout: "piped" }).spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    const stray = Number(new TextDecoder().decode(value));
    assertEquals(isAlive(stray), true);
    child.kill(signal);
    const { code } = await child.status;
    assertEquals(code, { SIGTERM: 143, SIGHUP: 129, SIGKILL: 137 }[signal]);
    await until(`the job of ${signal} has ended`, () => !isAlive(stray));
    await reader.cancel();
  }
});

Deno.test("without SHELL it is /bin/sh, and it needs no more permissions", async () => {
  const { code, stdout } = await run([
    ...["env", "-u", "SHELL", Deno.execPath(), "run", "--no-prompt"],
    ...["--allow-run=deno,unshare", "scripts/uts.ts", "--shell"],
  ], { stdin: "echo $0 $(uname -n)\n" });
  assertEquals(code, 0);
  assertMatch(stdout, /sh inside\.nslab\n$/);
});

Deno.test("a scene that cannot be set is no shell", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  try {
    // All that the launcher needs, and nothing to mount with.
    for (const name of ["unshare", "sh", "readlink", "setsid", "grep"]) {
      const { stdout } = await run(["sh", "-c", `command -v ${name}`]);
      Deno.symlinkSync(stdout.trim(), `${folder}/${name}`);
    }
    const { code, stdout, stderr } = await runScript(
      "mount",
      ["--shell=echo reached"],
      { env: { PATH: folder } },
    );
    assertEquals(code, 3);
    assertEquals(stdout, "");
    assertStringIncludes(stderr, "mount");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a signal to the whole group ends all, whoever it reaches first", async () => {
  for (let time = 0; time < 10; time++) {
    const [, ...args] = scriptCommand("uts", [
      "--shell=setsid sleep 1000 & echo $!; sleep 1000",
    ]);
    const child = new Deno.Command("setsid", {
      args: [Deno.execPath(), ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    const stray = Number(new TextDecoder().decode(value));
    assertEquals(isAlive(stray), true);
    Deno.kill(-child.pid, "SIGHUP");
    const { code } = await child.status;
    assertEquals(code, 129);
    assertEquals(await new Response(child.stderr).text(), "");
    await until("the job has ended", () => !isAlive(stray));
    await reader.cancel();
  }
});
