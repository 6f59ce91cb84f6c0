/**
 * The container from scratch. What is true of every lab is in labs_test.ts.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import { shellQuote } from "../lib/cli/shell_quote.ts";
import {
  bindSystem,
  placeFor,
  remountReadOnly,
} from "../lib/container/new_root.ts";
import type { Undoing } from "../lib/container/renounce.ts";
import { listDirectory } from "../lib/kernel/list_directory.ts";
import { confine, within } from "../lib/lab/confine.ts";
import { experiment } from "../lib/lab/experiment.ts";
import type { AnyLab, Claim } from "../lib/lab/lab.ts";
import { readPlaces } from "../lib/kernel/limits.ts";
import {
  IS_ROOT,
  marked,
  missing,
  ROOT,
  run,
  runScript,
  scriptCommand,
  testAsRoot,
  testUnless,
  unshared,
  until,
} from "./harness.ts";
import { Terminal } from "./terminal.ts";
import { groups, NO_LIMITS, testLimits } from "./with_limits.ts";

const NO_TERMINAL = missing("script");
/** A folder of its own for one test. */
function folder(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  return {
    path,
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** A command in the container, started and ready: it has said so. */
async function start(
  words: string[],
  env: Record<string, string> = {},
): Promise<{ child: Deno.ChildProcess; rest: Promise<string> }> {
  const [program, ...args] = words;
  const child = new Deno.Command(program!, {
    args,
    env,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("ready\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Not ready, but: ${text}`);
    text += value;
  }
  const rest = (async () => {
    let left = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return left;
      left += value;
    }
  })();
  return { child, rest };
}

const container = (...args: string[]) => scriptCommand("container", args);

/** What a run claims of what it was asked for: the last claims. */
async function claimsOf(args: string[], count: number): Promise<Claim[]> {
  const { code, stdout, stderr } = await run(container("--json", ...args));
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return JSON.parse(stdout).claims.slice(-count);
}

Deno.test("container: what is written to a volume outlives it, and is removed", async () => {
  using volume = folder();
  const mine = `${volume.path}/written-inside.nslab`;
  Deno.writeTextFileSync(mine, "mine\n");
  const [data, again, only] = await claimsOf([
    `--volume=${volume.path}:/data/`,
    `--volume=${volume.path}:/a b`,
    `--volume=${volume.path}:/c d:ro`,
  ], 3);
  for (const { result, evidence } of [data!, again!]) {
    assertEquals(result, "holds");
    assertMatch(evidence, / had it; when the container had ended, it had it$/);
  }
  assertEquals(only!.result, "holds");
  assertMatch(only!.evidence, /^writing to \/c d\/\.nslab-\S+: EROFS$/);
  assertEquals(listDirectory(volume.path), ["written-inside.nslab"]);
  assertEquals(Deno.readTextFileSync(mine), "mine\n");
});

Deno.test("container: a volume that goes with the container fails its claim", async () => {
  const { lab } = await import("../scripts/container.ts");
  using volume = folder();
  // What the outside finds afterwards is made up: nothing.
  const forgetful: AnyLab = {
    ...lab,
    async prepare(values, unlimited) {
      const prop = await lab.prepare!(values, unlimited);
      return { ...prop, left: () => Promise.resolve([""]) };
    },
  };
  const { claims } = await experiment(forgetful, {
    ...{ hostname: "box", pids: "max", memory: "max" },
    volume: `${volume.path}:/data`,
  });
  const { result, evidence } = claims.at(-1)!;
  assertEquals(result, "fails");
  assertStringIncludes(evidence, "when the container had ended, it had it not");
});

Deno.test("container -- CMD: a volume can be there to be read only", async () => {
  using volume = folder();
  Deno.writeTextFileSync(`${volume.path}/file`, "read me\n");
  const { code, stdout, stderr } = await run(container(
    ...["--volume", `${volume.path}:/a b:ro`, "--volume", `${volume.path}:/rw`],
    ...["--", "sh", "-c", "cat '/a b/file'; >/rw/ok; >'/a b/no'"],
  ));
  assertEquals(stdout, "read me\n");
  assertMatch(stderr, /Read-only file system\n$/);
  assert(code !== 0);
  assertEquals(listDirectory(volume.path).sort(), ["file", "ok"]);
});

/** What root would do to get out of it, one line of sh each. */
const ESCAPES = [
  "mount -o remount,rw /usr",
  "mount -o remount,bind,rw /usr",
  "umount -l /usr",
  "mknod /tmp/disk b 8 0",
  "cat /proc/sys/kernel/panic >/proc/sys/kernel/panic",
  "umount /proc/sys",
  "mount -t proc proc /tmp && cat /proc/sys/kernel/panic >/tmp/sys/kernel/panic",
  "mount -t sysfs sysfs /tmp",
  "mount -t devtmpfs dev /tmp",
  'chmod "$(stat -c %a /dev/null)" /dev/null',
  "chown 0:0 /dev/zero",
  "nsenter --target 1 --mount true && hostname escaped",
  'touch /usr/nslab-escaped && rm "/usr/nslab-escaped"',
];

Deno.test("container -- CMD: root in there cannot undo it, in a user namespace neither", async () => {
  const tell = ESCAPES.map((line) =>
    `if ${line}; then echo ${shellQuote([line])}; fi`
  ).join("\n");
  const nested = ["unshare", "--user", "--map-root-user", "--mount", "--pid"];
  for (const words of [[], [...nested, "--fork"]]) {
    const { stdout, stderr } = await run(
      container("--", ...words, "sh", "-c", `${tell}\nid -u; echo end`),
    );
    // A new proc is granted to an ordinary user's root: it cannot write there.
    assertEquals(stdout, "0\nend\n", stderr);
  }
});

testAsRoot("container: with all capabilities root can undo it", async () => {
  // Covered when the code is loaded: it may itself be below /tmp.
  const cover = "mount -t tmpfs none /tmp && mount --bind /usr /usr && " +
    "mount -o remount,bind,ro /usr";
  const code = `import { tryToUndo } from "${ROOT}/lib/container/renounce.ts";
    await new Deno.Command("sh", { args: ["-c", "${cover}"] }).output();
    console.log(JSON.stringify(await tryToUndo([])));`;
  const { stdout, stderr } = await run(
    unshared(["--mount"], [Deno.execPath(), "eval", code]),
    { cwd: "/" },
  );
  assertEquals(
    JSON.parse(stdout).map(([, said]: Undoing) => said),
    ["ok", "ok", "ok", "ok"],
    stderr,
  );
});

Deno.test("container: several volumes, relative, with spaces, and in /mnt's place", async () => {
  using one = folder();
  Deno.mkdirSync(`${one.path}/a b`);
  Deno.mkdirSync(`${one.path}/link's`);
  const { code, stdout, stderr } = await run([
    ...container("--volume", "a b:/one", "--volume", "link's:/two/three"),
    ...["--", "sh", "-c", "echo 1 >/one/file; echo 2 >/two/three/file; ls /"],
  ], { cwd: one.path });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertMatch(stdout, /\none\n/);
  assertEquals(Deno.readTextFileSync(`${one.path}/a b/file`), "1\n");
  assertEquals(Deno.readTextFileSync(`${one.path}/link's/file`), "2\n");
});

Deno.test("container: a file written to / is gone afterwards", async () => {
  const before = ["/", "/mnt", "/tmp"].map(listDirectory);
  const mounts = Deno.readTextFileSync("/proc/self/mountinfo");
  const { code, stdout } = await run(
    container(
      ...["--", "sh", "-c", "echo here >/file; cat /file; touch /usr/file"],
    ),
  );
  assertEquals({ code, stdout }, { code: 1, stdout: "here\n" });
  const after = ["/", "/mnt"].map(listDirectory);
  assertEquals(after, before.slice(0, 2));
  assert(!listDirectory("/tmp").includes("file"));
  assertEquals(Deno.readTextFileSync("/proc/self/mountinfo"), mounts);
});

Deno.test("container: /usr is read-only with all that is mounted in it", async () => {
  // In a user namespace the options of these mounts are locked.
  const cover = "mount -t tmpfs -o nosuid,nodev,noexec none /usr/local && " +
    "mount -o remount,bind,nosuid,nodev /usr/local && " +
    'exec unshare --user --map-root-user --kill-child "$@"';
  const { code, stdout, stderr } = await run(
    unshared(["--mount"], [
      ...["sh", "-c", cover, "sh"],
      ...container("--", "sh", "-c", "touch /usr/x; touch /usr/local/x"),
    ]),
  );
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertEquals(stderr.match(/Read-only file system/g)?.length, 2, stderr);
});

Deno.test("container -- CMD: nothing of the host is in sight", async () => {
  const look = "echo $(ls /); uname -n; cat /proc/*/comm | sort | uniq -c; " +
    "tail -n +3 /proc/net/dev | wc -l; echo x | tee /dev/stderr >/dev/null; " +
    "cd /..; pwd; ls /proc/self/cwd/";
  const { code, stdout, stderr } = await run(
    container("--hostname=box", "--", "sh", "-c", look),
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "x\n" });
  const [root, name] = stdout.split("\n");
  for (const host of ["home", "var", "boot", "sys", "mnt", "run"]) {
    assert(!root!.split(" ").includes(host), root);
  }
  assertEquals(name, "box");
  assert(!/kthreadd|systemd|deno/.test(stdout), stdout);
});

Deno.test("container: within another one nothing fails, or its cause is named", async () => {
  using volume = folder();
  const deno = Deno.execPath();
  const bin = deno.slice(0, deno.lastIndexOf("/"));
  const { denoDir } = JSON.parse((await run([deno, "info", "--json"])).stdout);
  const outer = container(
    ...["--volume", `${ROOT}:/project`, "--volume", `${bin}:/bin-of-deno`],
    ...["--volume", `${denoDir}:/cache`, "--volume", `${volume.path}:/inner`],
  );
  const { code, stdout, stderr } = await run([
    ...[...outer, "--", "env", "DENO_DIR=/cache", "DENO_NO_UPDATE_CHECK=1"],
    ...["/bin-of-deno/deno", "run", "-A", "--cached-only"],
    ...["/project/scripts/container.ts", "--json", "--volume=/inner:/inner"],
  ]);
  if (IS_ROOT) {
    // Root's proc is covered, so that root cannot undo it, and stays covered.
    assertEquals({ code, stdout }, { code: 3, stdout: "" });
    assertStringIncludes(stderr, "cause:  a new /proc would show what is hid");
    return;
  }
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const claims: Claim[] = JSON.parse(stdout).claims;
  const open = claims.filter(({ result }) => result !== "holds");
  assertEquals(
    open.map(({ claim, result }) => `${result}: ${claim}`),
    [
      "inconclusive: Its host name is its own",
      "inconclusive: Its network is a loopback device, up, and no socket of " +
      "the host",
      "inconclusive: It does not see in which control group it is",
    ],
  );
  assertEquals(listDirectory(volume.path), []);
});

Deno.test("container: where the host has no socket, none to be seen proves nothing", async () => {
  const words = container("--json");
  const { stdout } = await run(unshared(["--net"], words));
  const [claim] = (JSON.parse(stdout).claims as Claim[])
    .filter(({ claim }) => claim.startsWith("Its network"));
  assertEquals(claim!.result, "inconclusive");
  assertEquals(claim!.evidence, "there is no socket outside to be seen");
});

Deno.test("container: what is called as it will be is no failure", async () => {
  const rename = 'hostname box && exec "$@"';
  const { code, stdout } = await run(
    unshared(["--uts"], [
      ...["sh", "-c", rename, "sh", ...container("--json", "--hostname=box")],
    ]),
  );
  assertEquals(code, 0);
  const { claims } = JSON.parse(stdout);
  const [name] = claims.filter(({ result }: Claim) => result !== "holds");
  assertEquals(name.evidence, '"box" is the name outside already');
});

Deno.test("container: any folder that is there will do, a link to one, too", async () => {
  const place = (files: string[], ...hosts: string[]) =>
    placeFor(
      hosts.map((host) => ({ host, inside: "/x", readOnly: false })),
      files,
    );
  assertEquals(place(["etc", "media", "mnt", "tmp"]), "/mnt");
  assertEquals(place(["tmp", "media"]), "/media");
  assertEquals(place(["tmp", "media"], "/media/stick"), "/tmp");
  // An image-based Fedora has a link in the place of /mnt.
  const link = "mount -t tmpfs none /srv && mkdir /srv/real && " +
    'ln -s real /srv/link && cd /srv && "$@"';
  const steps = [
    ["mount", "-t", "tmpfs", "container", "/srv/link"],
    ["sh", "-c", "cd /srv/link && mkdir dev etc proc usr"],
    bindSystem("/srv/link"),
    remountReadOnly("/srv/link", []),
    ["findmnt", "--noheadings", "--output=OPTIONS", "/srv/real/usr"],
  ].map(shellQuote).join(" && ");
  const { stdout, stderr } = await run(
    unshared(["--mount"], ["sh", "-c", link, "sh", "sh", "-c", steps]),
  );
  assertMatch(stdout, /^ro,/, stderr);
});

Deno.test("container: without a program to start it with, the cause is named", async () => {
  using volume = folder();
  const bind = `--volume=${volume.path}:/x`;
  for (const args of [["--pids=30"], [bind], [bind, "--", "true"]]) {
    const ran = await run(container(...args), { env: { PATH: "" } });
    assertEquals({ code: ran.code, stdout: ran.stdout }, {
      code: 3,
      stdout: "",
    });
    assertStringIncludes(ran.stderr, "cause:  there is no unshare on PATH");
  }
});

testUnless(
  NO_TERMINAL,
  "container -- CMD: the terminal has a name in there",
  async () => {
    await using terminal = new Terminal(container("--", "tty"));
    await terminal.waitFor(/\/dev\/console\r\n/);
    assertEquals(await terminal.end(), 0);
  },
);

Deno.test("container -- CMD: stdin, stdout and stderr pass byte for byte", async () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at * 7 % 256);
  const [program, ...args] = container("--", "tee", "/dev/stderr");
  const child = new Deno.Command(program!, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(bytes);
  await writer.close();
  const { code, stdout, stderr } = await output;
  assertEquals(code, 0);
  assertEquals(stdout, bytes);
  assertEquals(stderr, bytes);
});

Deno.test("container -- CMD: the exit code is the command's", async () => {
  const codes: [string[], number][] = [
    [["true"], 0],
    [["sh", "-c", "exit 9"], 9],
    [["sh", "-c", "kill -TERM $$"], 128 + 15],
    [["sh", "-c", "kill -SEGV $$"], 128 + 11],
    [["no-such-command"], 127],
    [["/etc"], 126],
  ];
  await Promise.all(codes.map(async ([words, expected]) => {
    const { code, stdout, stderr } = await run(container("--", ...words));
    assertEquals({ code, stdout }, { code: expected, stdout: "" });
    // Of a signal nothing is said: the code tells it.
    if (expected > 128) assertEquals(stderr, "");
  }));
});

Deno.test("container -- CMD: options after -- are the command's", async () => {
  const { stdout } = await run(container("--", "echo", "--json", "--", "-h"));
  assertEquals(stdout, "--json -- -h\n");
});

const EXACT = [
  ...[Deno.execPath(), "run", "--no-prompt", "--allow-run=deno,unshare"],
  ...["--cached-only", `${ROOT}/scripts/container.ts`],
];

for (
  const [how, words] of [
    ["with all permissions", container()],
    ["with those of its header", EXACT],
  ] as const
) {
  Deno.test(`container -- CMD, ${how}: signals reach the command`, async () => {
    const trap = 'trap "echo usr; exit 5" USR1; echo ready; ' +
      "while :; do read -r line; done";
    const ends: [Deno.Signal, string[], number, string][] = [
      ["SIGTERM", ["sh", "-c", "echo ready; exec cat"], 128 + 15, ""],
      ["SIGHUP", ["sh", "-c", "echo ready; exec cat"], 128 + 1, ""],
      ["SIGINT", ["sh", "-c", "echo ready; exec cat"], 128 + 2, ""],
      ["SIGUSR1", ["sh", "-c", trap], 5, "usr\n"],
    ];
    for (const [signal, command, expected, said] of ends) {
      const { child, rest } = await start([...words, "--", ...command]);
      child.kill(signal);
      const { code } = await child.status;
      assertEquals({ signal, code }, { signal, code: expected });
      assertEquals(await rest, said);
      await child.stdin.close().catch(() => {});
    }
  });
}

testUnless(
  NO_TERMINAL,
  "container -- CMD: Ctrl-C on a terminal ends the command",
  async () => {
    await using terminal = new Terminal(
      container("--", "sh", "-c", 'echo start""ed; exec cat'),
    );
    await terminal.waitFor(/started\r\n/);
    await terminal.type("there\n");
    await terminal.waitFor(/there\r\nthere\r\n/);
    await terminal.type("\x03");
    assertEquals(await terminal.end(), 130);
  },
);

testUnless(
  NO_TERMINAL,
  "container --shell is a shell in the container, with job control",
  async () => {
    await using terminal = new Terminal(
      container("--shell=exec bash --norc --noprofile"),
      { SHELL: "/bin/sh", PS1: "nslab> ", ENV: "" },
    );
    const [text] = await terminal.waitFor(
      /nsenter --target \d+ [^]*--mount --uts --ipc --pid[^]*(?=\r\nLeave)/,
    );
    await terminal.waitFor(/nslab> /);
    // Whoever enters by this line can undo no more than the shell.
    const enter = stripAnsiCode(text).replaceAll("\r", "");
    const look = "grep CapBnd /proc/self/status";
    const entered = await run(["sh", "-c", `${enter} -c '${look}'`]);
    const [, pid] = /--target (\d+)/.exec(enter)!;
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    assertEquals(entered.stdout, /^CapBnd:.*\n/m.exec(status)![0]);
    await terminal.type("echo pid=$$ flags=$- name=$(uname -n)\n");
    await terminal.waitFor(/pid=1 flags=\S*m\S* name=container\.nslab/);
    await terminal.type("exit 6\n");
    assertEquals(await terminal.end(), 6);
  },
);

Deno.test("container: a launcher that is killed leaves nothing", async () => {
  const before = groups();
  const limits = NO_LIMITS === undefined ? ["--pids=50", "--memory=64M"] : [];
  for (const command of [["cat"], ["sh", "-c", "echo ready; sleep 99 & cat"]]) {
    const id = crypto.randomUUID();
    const { child } = await start(
      container(
        ...limits,
        ...["--", "sh", "-c", 'echo ready; "$@"', "sh", ...command],
      ),
      { NSLAB_TEST: id },
    );
    assert(marked(id).length > 3);
    assertEquals(groups().length > before.length, limits.length > 0);
    child.kill("SIGKILL");
    await child.status;
    await until("all have ended", () => marked(id).length === 0);
    assertEquals(groups(), before);
    await child.stdin.close().catch(() => {});
  }
});

Deno.test("container: killed at any moment, it leaves nothing", async () => {
  using volume = folder();
  const before = { groups: groups(), mnt: listDirectory("/mnt") };
  const mounts = Deno.readTextFileSync("/proc/self/mountinfo");
  const limits = NO_LIMITS === undefined ? ["--pids=50"] : [];
  for (let time = 0; time < 20; time++) {
    const id = crypto.randomUUID();
    const [program, ...args] = container(
      ...limits,
      `--volume=${volume.path}:/data`,
    );
    const child = new Deno.Command(program!, {
      args,
      env: { NSLAB_TEST: id },
      stdout: "null",
      stderr: "null",
    }).spawn();
    const moment = Math.random() * 250;
    await new Promise((resolve) => setTimeout(resolve, moment));
    try {
      child.kill("SIGKILL");
    } catch (error) {
      // It ended before: a moment like any other.
      if (!(error instanceof TypeError)) throw error;
    }
    await child.status;
    await until(
      `all have ended after ${moment.toFixed(1)} ms`,
      () => marked(id).length === 0,
    );
    assertEquals({ groups: groups(), mnt: listDirectory("/mnt") }, before);
    assertEquals(listDirectory(volume.path), []);
    assertEquals(Deno.readTextFileSync("/proc/self/mountinfo"), mounts);
  }
});

testLimits("container: limits bind, and are gone afterwards", async () => {
  const before = groups();
  const { code, stdout } = await runScript("container", [
    ...["--json", "--pids=40", "--memory=64M"],
  ]);
  assertEquals(code, 0);
  const claims: Claim[] = JSON.parse(stdout).claims;
  const [pids, memory] = claims.slice(-2);
  assertEquals(pids!.result, "holds");
  const [, started, threads] = /^(\d+) processes .* the (\d+) threads/
    .exec(pids!.evidence)!;
  assertEquals(Number(started) + Number(threads), 40 - 1);
  assertEquals(memory!.result, "holds");
  assertMatch(memory!.evidence, /^filling 1M: ok, .*: SIGKILL; /);
  assertEquals(groups(), before);
});

testLimits("container: a lower limit around it decides nothing", async () => {
  const outer = await confine(
    { pids: "30", memory: `${150 * 1024 ** 2}` },
    readPlaces(),
  );
  try {
    const { code, stdout, stderr } = await run(
      within(outer, container("--json", "--pids=60", "--memory=200M")),
    );
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const [pids, memory]: Claim[] = JSON.parse(stdout).claims.slice(-2);
    assertEquals(pids!.result, "inconclusive");
    assertMatch(pids!.evidence, /; something else stopped it earlier, at \d+$/);
    assertEquals(memory!.result, "inconclusive");
    assertMatch(memory!.evidence, /for this control group did not come to its/);
  } finally {
    await outer.close();
  }
});

testLimits("container -- CMD: limits bind the command", async () => {
  const bomb = "for i in 1 2 3 4 5 6 7 8 9; do sleep 60 & echo $i; done";
  const { code, stdout, stderr } = await run(
    container("--pids=8", "--", "dash", "-c", bomb),
  );
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Cannot fork");
  assert(stdout.split("\n").length < 8, stdout);
});

testLimits(
  "container: limits that nothing can live with are named",
  async () => {
    const before = groups();
    for (const limit of ["--pids=3", "--memory=1M"]) {
      const { code, stdout, stderr } = await runScript("container", [limit]);
      assertEquals({ code, stdout }, { code: 3, stdout: "" });
      assertStringIncludes(stderr, "cause:  the limits are too tight for Deno");
    }
    for (const limit of ["--pids=1", "--pids=2", "--memory=1M"]) {
      for (const words of [["--", "true"], ["--shell=true"]]) {
        const { code, stdout, stderr } = await run(container(limit, ...words));
        assertEquals({ code, stdout }, { code: 3, stdout: "" });
        assertMatch(stderr, /^container: [^\n]*\n {2}tried: /);
        assertStringIncludes(stderr, "limits are too tight to set the scene");
      }
    }
    assertEquals(groups(), before);
  },
);

Deno.test("container: limits that cannot be set are inconclusive, or an error", async () => {
  // An empty /sys/fs/cgroup: no hierarchy is in sight.
  const hide = 'mount -t tmpfs none /sys/fs/cgroup && exec "$@"';
  const without = (words: string[]) =>
    run(unshared(["--mount"], ["sh", "-c", hide, "sh", ...words]));
  const [whole, command] = await Promise.all([
    without(container("--json", "--pids=50", "--memory=1G")),
    without(container("--pids=50", "--", "true")),
  ]);
  assertEquals(whole.code, 0, whole.stderr);
  const claims: Claim[] = JSON.parse(whole.stdout).claims;
  for (const { result, evidence } of claims.slice(-2)) {
    assertEquals(result, "inconclusive");
    assertMatch(evidence, /^(no hierarchy with|you may not write to) .*pids/);
  }
  assertEquals(command.code, 3);
  assertStringIncludes(command.stderr, "Cannot set the limits\n  cause:");
});

Deno.test("container -- CMD refuses to act where nothing is isolated", async () => {
  const { code, stdout, stderr } = await run(
    unshared(["--mount", "--uts", "--ipc", "--net"], [
      ...[Deno.execPath(), "run", "-A", "--cached-only"],
      ...[`${ROOT}/tests/without_isolation.ts`, "container", "uname", "-n"],
    ]),
  );
  assertEquals({ code, stdout }, { code: 3, stdout: "" });
  assertMatch(
    stderr,
    /^ {2}said: {3}The \w+ namespace is not a new one: nothing was done$/m,
  );
});

Deno.test("container: of a volume it is said what is wrong", async () => {
  using folders = folder();
  const path = (name: string) => `${folders.path}/${name}`;
  Deno.mkdirSync(path("good"));
  Deno.writeTextFileSync(path("file"), "");
  Deno.mkdirSync(path("closed"), { mode: 0o400 });
  Deno.mkdirSync(path("a:b"));
  Deno.symlinkSync("a:b", path("link"));
  const wrong: [string[], string][] = [
    [["none:/x"], 'none" is not there, or you may not look'],
    [["file:/x"], 'file" is not a folder'],
    [["link:/x"], 'link" leads to a name with a colon or a newline in it'],
    [["good:/x/", "good:/x"], "/x is given twice"],
    [["good:/x", "good:/x-y", "good:/x/y"], "no volume can be in another one"],
    [["good:/x:rw"], "or HOST:INSIDE:ro"],
  ];
  // Root may enter.
  if (!IS_ROOT) {
    wrong.push([["closed:/x"], 'closed" is a folder that you may not enter']);
  }
  await Promise.all(wrong.map(async ([volumes, message]) => {
    const args = volumes.map((volume) => `--volume=${path(volume)}`);
    const { code, stderr } = await run(container("--dry-run", ...args));
    assertEquals(code, 2);
    assertStringIncludes(stderr, `${message}; try "deno run `);
  }));
});

Deno.test("container: bad values are one line and exit 2", async () => {
  const bad = [
    ["--volume=x"],
    ["--volume="],
    ["--volume=/no/such/folder:/x"],
    ["--volume=/etc/passwd:/x"],
    ["--volume=/tmp:x"],
    ["--volume=/tmp:/"],
    ["--volume=/tmp:/../x"],
    ["--volume=/tmp:/usr/x"],
    ["--volume=/tmp:/a", "--volume=/var:/a/b"],
    ["--volume=/tmp:/a", "--volume=/var:/a"],
    ["--pids=0"],
    ["--pids=1.5"],
    ["--pids=many"],
    ["--pids=99999999999"],
    ["--memory=64MB"],
    ["--memory=0"],
    ["--memory=99999999999999T"],
    ["--hostname=a/b"],
    ["--json", "--", "true"],
    ["--shell", "--", "true"],
    ["--"],
    ["true"],
  ];
  await Promise.all(bad.map(async (args) => {
    const { code, stdout, stderr } = await runScript("container", args);
    assertEquals({ args, code, stdout }, { args, code: 2, stdout: "" });
    assertMatch(stderr, /^container: [^\n]+; try "[^\n]* --help"\n$/);
  }));
});

Deno.test("container: a folder's name reaches no terminal raw", async () => {
  using volume = folder();
  const hostile = `${volume.path}/x\x1b]0;pwn\x07`;
  Deno.mkdirSync(hostile);
  const { code, stdout } = await run(container(`--volume=${hostile}:/data`));
  assertEquals(code, 0);
  assertStringIncludes(stdout, "x\\x1b]0;pwn\\x07");
  assertEquals(stdout.includes("\x1b"), false);
});

Deno.test("container: a program has a home that is there", async () => {
  const command = container("--", "sh", "-c", "cd && pwd");
  assertEquals(await run(command), {
    code: 0,
    stdout: "/root\n",
    stderr: "",
  });
});

testAsRoot(
  "container: without find it does not start half covered",
  async () => {
    const hide = 'mount --bind /dev/null "$(command -v find)" && exec "$@"';
    const write = "cat /proc/sys/kernel/panic >/proc/sys/kernel/panic";
    const { code, stdout } = await run(unshared(["--mount"], [
      ...["sh", "-c", hide, "sh"],
      ...container("--", "sh", "-c", `${write} && echo escaped`),
    ]));
    assertEquals({ code, stdout }, { code: 3, stdout: "" });
  },
);

Deno.test("container: without CAP_SETPCAP it does not start with full power", async () => {
  const drop = ["setpriv", "--bounding-set=-setpcap", "--inh-caps=-all", "--"];
  const { code, stdout, stderr } = await run(unshared([], [
    ...["unshare", "--pid", "--fork", "--kill-child", ...drop],
    ...container("--", "echo", "started"),
  ]));
  assertEquals({ code, stdout }, { code: 3, stdout: "" });
  assertStringIncludes(
    stderr,
    "cause:  to give up capabilities takes CAP_SETPCAP",
  );
});
