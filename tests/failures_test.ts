/**
 * Failures that are real: the kernel refuses, and what is said of it has to be
 * true. Where a remedy can be followed here, it is, and has to help.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { shellQuote } from "../lib/cli/shell_quote.ts";
import { NAMESPACES } from "../lib/kernel/namespaces.ts";
import {
  IS_ROOT,
  missing,
  type Ran,
  ROOT,
  run,
  scriptCommand,
  testAsRoot,
  testUnless,
  unshared,
} from "./harness.ts";

const ROOT_INSIDE = ["unshare", "--user", "--map-root-user"];
const DENO = [Deno.execPath(), "run", "-A", "--cached-only"];

/** The parts of a failure, as a person reads them. */
function parts({ stderr }: Ran): Record<string, string> {
  return Object.fromEntries(
    Array.from(
      stderr.matchAll(/^ {2}(tried|said|cause|remedy): +(.*)$/gm),
      ([, part, text]) => [part, text],
    ),
  );
}

/** Runs a line of shell as root of a new user namespace. */
function inside(script: string, flags: string[] = []): Promise<Ran> {
  return run([...ROOT_INSIDE, ...flags, "--kill-child", "sh", "-c", script]);
}

/** The command line of a script, and the same with fewer permissions. */
function bothWays(name: string): string[] {
  const path = `${ROOT}/scripts/${name}.ts`;
  const list = "--allow-run=deno,unshare --allow-net=127.0.0.1".split(" ");
  return [
    shellQuote(scriptCommand(name)),
    shellQuote([Deno.execPath(), "run", "--no-prompt", ...list, path]),
  ];
}

function broken(how: string): Promise<Ran> {
  return run([...DENO, `${ROOT}/tests/broken_lab.ts`, `--how=${how}`]);
}

const DIAGNOSE = [...DENO, `${ROOT}/tests/diagnose_this.ts`];

/** What is said of a command line that fails. */
async function diagnose(
  words: string[],
  around: string[] = [],
): Promise<Record<string, string>> {
  const { code, stdout, stderr } = await run([
    ...around,
    ...DIAGNOSE,
    ...words,
  ]);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return JSON.parse(stdout);
}

for (const { type, limit, lab } of NAMESPACES) {
  Deno.test(`A limit of 0 ${type} namespaces is named, and the remedy mends it`, async () => {
    const command = shellQuote(scriptCommand(lab));
    const failed = await inside(
      `echo 0 > /proc/sys/user/${limit}; ${command}`,
    );
    assertEquals(failed.code, 3);
    assertEquals(failed.stdout, "");
    const { said, cause, remedy } = parts(failed);
    assertEquals(said, "unshare: unshare failed: No space left on device");
    assertEquals(
      cause,
      `no ${type} namespace may be created: /proc/sys/user/${limit} is 0`,
    );
    assertEquals(remedy, `sysctl -w user.${limit}=10000`);
    const mended = await inside(
      `PATH=$PATH:/usr/sbin; echo 0 > /proc/sys/user/${limit}
      ${remedy} && ${command}`,
    );
    assertEquals(mended.code, 0, mended.stderr);
  });
}

Deno.test("Only the limit of what was asked for is the cause", async () => {
  const { code, stderr } = await inside(
    `echo 0 > /proc/sys/user/max_net_namespaces
    ${shellQuote(scriptCommand("uts"))}`,
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("A used-up limit is named, and the remedy mends it", async () => {
  const uts = shellQuote(scriptCommand("uts"));
  const full = "echo 1 > /proc/sys/user/max_uts_namespaces";
  const script = (then: string) =>
    `PATH=$PATH:/usr/sbin; ${full}; unshare --uts sh -c ${shellQuote([then])}`;
  const failed = await inside(script(uts));
  assertEquals(failed.code, 3);
  const { cause, remedy } = parts(failed);
  // In a user namespace that is not the first, an outer limit cannot be seen.
  assertEquals(
    cause,
    "all 1 uts namespaces that /proc/sys/user/max_uts_namespaces allows are " +
      "in use, or an outer user namespace allows no more uts namespaces: " +
      "from in here these look alike",
  );
  assertEquals(remedy, "sysctl -w user.max_uts_namespaces=12");
  const mended = await inside(script(`${remedy} && ${uts}`));
  assertEquals(mended.code, 0, mended.stderr);
});

Deno.test("The limit of an outer user namespace is told from one of this", async () => {
  const failed = await inside(
    `echo 0 > /proc/sys/user/max_uts_namespaces
    ${shellQuote([...ROOT_INSIDE, ...scriptCommand("uts")])}`,
  );
  assertEquals(failed.code, 3);
  assertEquals(
    parts(failed).cause,
    "an outer user namespace allows no more uts namespaces",
  );
});

Deno.test("User namespaces nested too deep are not taken for a limit", async () => {
  const levels = Array.from({ length: 33 }, () => ROOT_INSIDE).flat();
  const failed = await run([...levels, ...scriptCommand("user")]);
  assertEquals(failed.code, 3);
  const { cause, remedy } = parts(failed);
  assertEquals(
    cause,
    "an outer user namespace allows no more user namespaces, or user " +
      "namespaces are nested 32 deep, the most there is: from in here these " +
      "look alike",
  );
  assertMatch(remedy!, /^exit /);
});

testAsRoot("Pid namespaces nested too deep are counted", async () => {
  const level = ["unshare", "--pid", "--fork", "--kill-child"];
  const levels = Array.from({ length: 32 }, () => level).flat();
  const failed = await run([...levels, ...scriptCommand("pid")]);
  assertEquals(failed.code, 3);
  assertEquals(
    parts(failed).cause,
    "pid namespaces are nested 32 deep here, the most there is",
  );
});

for (const command of [...bothWays("pid"), ...bothWays("container")]) {
  const [, name] = /([a-z]+)\.ts/.exec(command)!;
  const how = command.includes(" -A ") ? "-A" : "explicit permissions";

  Deno.test(`A masked /proc is named by ${name}, and the remedy mends it (${how})`, async () => {
    // Mounts are only locked, and may only not be uncovered, where somebody
    // with fewer privileges got them from somebody with more.
    const script = (then: string) =>
      `mount -t tmpfs mask /proc/acpi && mount -t tmpfs mask /proc/irq
      ${then}
      exec setpriv --bounding-set=-sys_admin ${command}`;
    const failed = await inside(script(""), ["--mount"]);
    assertEquals(failed.code, 3);
    const { said, cause, remedy } = parts(failed);
    // The same refusal, as unshare words it and as mount does.
    assertMatch(
      said!,
      name === "pid"
        ? /^unshare: mount \/proc failed: Operation not permitted$/
        : /^mount: .*\/proc: permission denied/,
    );
    assertEquals(
      cause,
      "a new /proc would show what is hidden in this one: " +
        "/proc/acpi, /proc/irq",
    );
    assertEquals(remedy, "umount /proc/acpi /proc/irq");
    const mended = await inside(script(remedy!), ["--mount"]);
    assertEquals(mended.code, 0, mended.stderr);
  });
}

Deno.test("A read-only /proc is named, and the remedy mends it", async () => {
  const user = shellQuote(scriptCommand("user"));
  const script = (then: string) =>
    `mount -o remount,bind,ro /proc && ${then} ${user}`;
  const failed = await inside(script(""), ["--mount"]);
  assertEquals(failed.code, 3);
  const { cause, remedy } = parts(failed);
  assertEquals(
    cause,
    "/proc is mounted read-only, and unshare has to write to it",
  );
  assertEquals(remedy, "mount -o remount,bind,rw /proc");
  const mended = await inside(script(`${remedy};`), ["--mount"]);
  assertEquals(mended.code, 0, mended.stderr);
});

Deno.test("No /proc at all is named", async () => {
  // Without /proc deno cannot start another: it does not know its own path.
  const failed = await inside(
    `mount -t tmpfs none /proc && ${shellQuote(scriptCommand("uts"))} --here`,
    ["--mount"],
  );
  assertEquals(failed.code, 3);
  assertEquals(
    parts(failed).cause,
    "/proc is not mounted, and unshare needs it",
  );
});

Deno.test("Without CAP_SYS_ADMIN, root needs a user namespace: the remedy", async () => {
  const without = [...ROOT_INSIDE, "setpriv", "--bounding-set=-sys_admin"];
  const { cause, remedy } = await diagnose(
    ["unshare", "--uts", "--ipc", "true"],
    without,
  );
  assertEquals(
    cause,
    "to create uts and ipc namespaces takes CAP_SYS_ADMIN, which root has, or " +
      "a user namespace",
  );
  assertEquals(remedy, "unshare --user --map-root-user --uts --ipc true");
  const mended = await run([...without, ...remedy!.split(" ")]);
  assertEquals(mended.code, 0, mended.stderr);
  // The labs follow it without being told.
  const lab = await run([...without, ...scriptCommand("uts")]);
  assertEquals(lab.code, 0, lab.stderr);
});

for (const command of bothWays("uts")) {
  const how = command.includes(" -A ") ? "-A" : "explicit permissions";

  testAsRoot(
    `Missing CAP_SETFCAP is named, and the remedy mends it (${how})`,
    async () => {
      const failed = await run([
        ..."setpriv --bounding-set=-sys_admin,-setfcap sh -c".split(" "),
        command,
      ]);
      assertEquals(failed.code, 3);
      const { said, cause } = parts(failed);
      assertEquals(
        said,
        "unshare: write failed /proc/self/uid_map: Operation not permitted",
      );
      assertEquals(
        cause,
        "root that lacks CAP_SETFCAP may not be mapped into a user namespace",
      );
    },
  );
}

testAsRoot("The remedy for CAP_SETFCAP is to be somebody else", async () => {
  const without = ["setpriv", "--bounding-set=-sys_admin,-setfcap"];
  const { remedy } = await diagnose([...ROOT_INSIDE, "true"], without);
  const mended = await run([...without, ...remedy!.split(" ")]);
  assertEquals(mended.code, 0, mended.stderr);
});

testAsRoot(
  "Nobody is sent to be somebody whom root may not become",
  async () => {
    const without = ["setpriv", "--bounding-set=-sys_admin,-setfcap,-setuid"];
    const { cause, remedy } = await diagnose([...ROOT_INSIDE, "true"], without);
    assertMatch(cause!, /CAP_SETFCAP/);
    assertEquals(
      remedy,
      "run it as an ordinary user: this root may not become one",
    );
  },
);

for (
  const [capability, lab] of [
    ["CAP_NET_ADMIN", "container"],
    ["CAP_SYS_TIME", "time"],
  ] as const
) {
  Deno.test(`Missing ${capability} is named, and the remedy mends it`, async () => {
    const lacking = capability.replace("CAP_", "-").toLowerCase();
    const script = (prefix: string) =>
      `exec setpriv --bounding-set=${lacking} ` +
      `${prefix} ${shellQuote(scriptCommand(lab))}`;
    const failed = await inside(script(""));
    assertEquals(failed.code, 3);
    const { cause, remedy } = parts(failed);
    assertMatch(
      cause!,
      new RegExp(`^to .* takes ${capability}, which was taken away here$`),
    );
    const mended = await inside(script(remedy!.replace(/ *#.*/, "")));
    assertEquals(mended.code, 0, mended.stderr);
  });
}

for (const options of [["--user"], ["--user", "--map-user=1000"]]) {
  Deno.test(`That nobody is mapped after ${options.join(" ")} is named`, async () => {
    const failed = await run(["unshare", ...options, ...scriptCommand("pid")]);
    assertEquals(failed.code, 3);
    const { said, cause, remedy } = parts(failed);
    assertEquals(said, "unshare: unshare failed: Operation not permitted");
    assertMatch(cause!, /^your uid or gid is not mapped /);
    assertEquals(remedy, "exit   # and start it again, with --map-root-user");
  });
}

/** Runs a line of shell in a chroot that has all that this machine has. */
function inChroot(root: string, script: string): Promise<Ran> {
  return run([
    ..."unshare --mount --kill-child sh -ec".split(" "),
    `mount -t tmpfs root /mnt; mkdir /mnt/sub; mount --rbind / ${root}
    exec chroot ${root} sh -c ${shellQuote([script])}`,
  ]);
}

testAsRoot("A chroot into a mount point is recognized, as root", async () => {
  const failed = await inChroot("/mnt", shellQuote(scriptCommand("user")));
  assertEquals(failed.code, 3);
  const { said, cause, remedy } = parts(failed);
  assertEquals(said, "unshare: unshare failed: Operation not permitted");
  assertMatch(cause!, /^this is a chroot: /);
  assertMatch(remedy!, /^exit /);
});

testAsRoot("A chroot into a folder is recognized", async () => {
  const { code, stdout } = await run([
    ..."unshare --mount --kill-child sh -ec".split(" "),
    // No mount point: a folder with the folders of this machine in it.
    `mount -t tmpfs root /mnt; mkdir /mnt/new; cd /mnt/new
    for folder in /*; do
      if [ -L "$folder" ]; then cp -a "$folder" ".$folder"
      elif [ -d "$folder" ] && [ "$folder" != /mnt ]; then
        mkdir ".$folder"; mount --rbind "$folder" ".$folder"
      fi
    done
    exec chroot /mnt/new ${
      shellQuote([...DIAGNOSE, "unshare", "--mount", "true"])
    }`,
  ]);
  assertEquals(code, 0);
  const { said, cause } = JSON.parse(stdout);
  assertEquals(
    said,
    "unshare: cannot change root filesystem propagation: Invalid argument",
  );
  assertMatch(cause, /^this is a chroot: /);
});

Deno.test("An empty PATH is named", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  try {
    const failed = await run(scriptCommand("pid"), { env: { PATH: folder } });
    assertEquals(failed.code, 3);
    const { cause, remedy } = parts(failed);
    assertEquals(cause, "there is no unshare on PATH");
    assertMatch(remedy!, /util-linux/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

for (const command of bothWays("uts")) {
  const how = command.includes(" -A ") ? "-A" : "explicit permissions";

  Deno.test(`A missing /dev/null is no missing program (${how})`, async () => {
    const script = (then: string) =>
      `mount -t tmpfs none /dev; ${then}${command}`;
    const failed = await inside(script(""), ["--mount"]);
    assertEquals(failed.code, 3);
    const { said, cause, remedy } = parts(failed);
    assertMatch(said!, /^Failed to spawn '.*': No such file or directory/);
    assertEquals(
      cause,
      "there is no /dev/null, which programs are started with",
    );
    if (!IS_ROOT) return;
    const mended = await run([
      ..."unshare --mount --kill-child sh -c".split(" "),
      script(`${remedy} && `),
    ]);
    assertEquals(mended.code, 0, mended.stderr);
  });
}

testAsRoot("Without a /dev/null, a chroot is a chroot still", async () => {
  const failed = await inChroot(
    "/mnt",
    `mount -t tmpfs none /dev; ${shellQuote(scriptCommand("user"))}`,
  );
  assertEquals(failed.code, 3);
  assertMatch(parts(failed).cause!, /^this is a chroot: /);
});

Deno.test("A project below the place that a scene covers works", async () => {
  const names = ["lib", "scripts", "deno.json", "deno.lock"];
  const files = names.map((name) => `${ROOT}/${name}`);
  const deno = shellQuote(DENO);
  const { code, stdout, stderr } = await run(unshared(["--mount"], [
    ...["sh", "-ec"],
    `mount -t tmpfs none /mnt; mkdir -p /mnt/c/project; cd /mnt/c/project
    cp -r ${shellQuote(files)} .
    for name in mount container doctor; do ${deno} scripts/$name.ts; done`,
  ]));
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertMatch(stdout, /^4 of 4 claims hold /m);
});

Deno.test("A working directory that is covered is no missing program", async () => {
  const cover = `mount -t tmpfs none /mnt; mkdir /mnt/here; cd /mnt/here
    mount -t tmpfs none /mnt`;
  for (const args of [[], ["--shell=true"]]) {
    const script = (then: string) =>
      `${cover}; ${then}${shellQuote(scriptCommand("pid", args))}`;
    const failed = await inside(script(""), ["--mount"]);
    assertEquals(failed.code, 3);
    const { cause, remedy } = parts(failed);
    assertEquals(
      cause,
      "there is no directory /mnt/here any more, in which to start a program: " +
        "it was removed, or a mount covers it",
    );
    const mended = await inside(script(`${remedy}; `), ["--mount"]);
    assertEquals(mended.code, 0, mended.stderr);
  }
});

/** Puts another unshare first on PATH. */
async function withUnshare(
  make: (path: string) => void,
  command: string[],
): Promise<Ran> {
  const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  try {
    make(`${folder}/unshare`);
    const PATH = `${folder}:${Deno.env.get("PATH")}`;
    return await run(command, { env: { PATH } });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function fake(script: string): (path: string) => void {
  return (path) =>
    Deno.writeTextFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

testUnless(
  missing("busybox"),
  "The unshare of busybox is recognized",
  async () => {
    const { code } = await run(["busybox", "unshare", "--help"]);
    assertEquals(code, 0, "this busybox has no unshare");
    const busybox = (await run(["sh", "-c", "command -v busybox"])).stdout
      .trim();
    for (const lab of ["pid", "cgroup", "time"]) {
      const failed = await withUnshare(
        (path) => Deno.symlinkSync(busybox, path),
        scriptCommand(lab),
      );
      assertEquals(failed.code, 3);
      const { said, cause, remedy } = parts(failed);
      assertMatch(said!, /unrecognized option/);
      assertMatch(cause!, /^this unshare is BusyBox's/);
      assertMatch(remedy!, /install util-linux|add util-linux-misc/);
      assert(failed.stderr.split("\n").length < 12, "the usage text is cut");
    }
  },
);

Deno.test("What nobody has heard of stays unknown, and is quoted", async () => {
  const failed = await withUnshare(
    fake("printf 'unshare: \\033[2Jthe moon is in the way\\n' >&2; exit 1"),
    scriptCommand("pid"),
  );
  assertEquals(failed.code, 3);
  const { said, cause, remedy } = parts(failed);
  assertEquals(said, "unshare: \\x1b[2Jthe moon is in the way");
  assertEquals(cause, 'unknown; "unshare --user" fails already');
  assertEquals(remedy, undefined);
});

Deno.test("What is killed before it says a word was killed", async () => {
  const failed = await withUnshare(fake("kill -KILL $$"), scriptCommand("pid"));
  assertEquals(failed.code, 3);
  const { said, cause } = parts(failed);
  assertEquals(said, "(nothing: SIGKILL)");
  assertMatch(cause!, /^SIGKILL from outside ended it/);
});

for (const how of ["killed", "killed-later"]) {
  Deno.test(`An inside process that is ${how.replace("-", " ")} was killed`, async () => {
    const failed = await broken(how);
    assertEquals(failed.code, 3);
    assertMatch(parts(failed).cause!, /^SIGKILL from outside ended it/);
  });
}

Deno.test("--pid without --fork is recognized, and the remedy mends it", async () => {
  const words = ["sh", "-c", "/bin/true; /bin/true; :"];
  for (
    const command of [
      [...ROOT_INSIDE, "--pid", ...words],
      [...ROOT_INSIDE, "--pid", "--mount-proc", "true"],
      [...ROOT_INSIDE, "--pid", Deno.execPath(), "eval", "1"],
    ]
  ) {
    const { cause, remedy } = await diagnose(command);
    assertMatch(cause!, /^--pid without --fork: /);
    const mended = await run(["sh", "-c", remedy!]);
    assertEquals(mended.code, 0, mended.stderr);
  }
});

Deno.test("--mount-proc without --pid is recognized, and the remedy mends it", async () => {
  const command = [...ROOT_INSIDE, "--fork", "--mount-proc", "true"];
  const { cause, remedy } = await diagnose(command);
  assertMatch(cause!, /^--mount-proc without --pid: /);
  const mended = await run(["sh", "-c", remedy!]);
  assertEquals(mended.code, 0, mended.stderr);
});

Deno.test("A program or a place that the scene needs is named", async () => {
  const program = await broken("no-program");
  assertEquals(program.code, 3);
  assertEquals(
    parts(program).cause,
    'there is no program "nslab-no-such-program" on PATH',
  );
  const place = await broken("no-mount-point");
  assertEquals(place.code, 3);
  assertEquals(
    parts(place).cause,
    "there is no directory /nslab-no-such-place",
  );
  const reason = await broken("no-reason");
  assertEquals(reason.code, 3);
  assertEquals(parts(reason).said, "\\x1b[2Jdark");
  assertEquals(
    parts(reason).cause,
    "unknown",
  );
});

// No folder is locked to root.
if (!IS_ROOT) {
  Deno.test("A working directory that may not be entered is named", async () => {
    const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
    try {
      const failed = await run([
        ...["sh", "-c", 'cd "$0" && chmod 0 . && exec "$@"', folder],
        ...scriptCommand("uts"),
      ]);
      assertEquals(failed.code, 3);
      assertEquals(
        parts(failed).cause,
        "you may not enter the working directory to start a program",
      );
    } finally {
      Deno.removeSync(folder);
    }
  });
}

Deno.test("The words of another locale change nothing", async () => {
  const failed = await run([
    ...ROOT_INSIDE,
    "sh",
    "-c",
    `echo 0 > /proc/sys/user/max_uts_namespaces
    LANGUAGE=de LC_ALL=de_DE.UTF-8 exec ${shellQuote(scriptCommand("uts"))}`,
  ]);
  assertEquals(failed.code, 3);
  assertMatch(parts(failed).cause!, /max_uts_namespaces is 0/);
});

Deno.test("--shell explains itself as the experiment does", async () => {
  const failed = await inside(
    `echo 0 > /proc/sys/user/max_uts_namespaces
    ${shellQuote(scriptCommand("uts", ["--shell=true"]))}`,
  );
  assertEquals(failed.code, 3);
  assertMatch(parts(failed).cause!, /max_uts_namespaces is 0/);
});

Deno.test("--here on a tmpfs over /proc is no empty list", async () => {
  const { code, stdout, stderr } = await run(
    unshared(["--mount"], [
      ...["sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh"],
      ...scriptCommand("pid", ["--here"]),
    ]),
  );
  assertEquals({ code, stdout }, { code: 3, stdout: "" });
  assertMatch(stderr, /cause: {2}\/proc is not mounted/);
});
