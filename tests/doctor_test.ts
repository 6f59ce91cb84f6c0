import { assert, assertEquals, assertMatch } from "@std/assert";
import { shellQuote } from "../lib/cli/shell_quote.ts";
import type { Check, Findings } from "../lib/doctor/checks.ts";
import { NAMESPACES } from "../lib/kernel/namespaces.ts";
import {
  IS_ROOT,
  type Ran,
  ROOT,
  run,
  runScript,
  scriptCommand,
  testAsRoot,
  unshared,
} from "./harness.ts";

const DOCTOR = shellQuote(scriptCommand("doctor", ["--json"]));
const SUMMARY = IS_ROOT
  ? "8 of 8 namespaces work here without root, 8 of 8 as root"
  : "8 of 8 namespaces work here without root";

function findings({ stdout }: Ran): Findings {
  return JSON.parse(stdout);
}

function find(ran: Ran, namespace: string): Check {
  return findings(ran).checks.find((check) => check.namespace === namespace)!;
}

/** Examines a machine that a line of shell has made worse. */
function examineAfter(script: string): Promise<Ran> {
  return run([
    ..."unshare --user --map-root-user --kill-child sh -c".split(" "),
    `${script}\nexec ${DOCTOR}`,
  ]);
}

Deno.test("doctor finds that every namespace works here", async () => {
  const ran = await runScript("doctor", ["--json"]);
  assertEquals({ code: ran.code, stderr: ran.stderr }, { code: 0, stderr: "" });
  const { checks, versions, untried } = findings(ran);
  assertEquals(untried, null);
  assertEquals(versions.deno, Deno.version.deno);
  assertEquals(versions.kernel, Deno.osRelease());
  const unshare = (await run(["unshare", "--version"])).stdout.trim();
  assertEquals(`unshare from ${versions.unshare}`, unshare);
  assertEquals(
    checks.map(({ lab }) => lab).sort(),
    [...NAMESPACES.map(({ lab }) => lab), "container"].sort(),
  );
  for (const { type, lab } of NAMESPACES) {
    assertEquals(checks.find(({ namespace }) => namespace === type), {
      namespace: type,
      result: "works",
      cause: null,
      remedy: null,
      lab,
      kernel: true,
      rootless: "works",
      root: IS_ROOT ? "works" : "not tried",
    });
  }
});

Deno.test("doctor tells as text what it tells as JSON", async () => {
  const { code, stdout } = await runScript("doctor");
  assertEquals(code, 0);
  assertEquals(stdout.trimEnd().split("\n").at(-1), SUMMARY);
  for (const { type, lab } of NAMESPACES) {
    assertMatch(
      stdout,
      new RegExp(
        `^${lab} +${type} +yes +works +${IS_ROOT ? "works" : "not tried"}$`,
        "m",
      ),
    );
  }
  assertMatch(stdout, /^kernel +Linux \S+$/m);
  assertMatch(stdout, /^environment +\S/m);
  assertMatch(stdout, /^container +all +yes +works/m);
  const hint = /^# to try it as root, too: sudo .* -A scripts\/doctor\.ts$/m;
  assertEquals(hint.test(stdout), !IS_ROOT);
});

testAsRoot("doctor does not send root to sudo", async () => {
  const { code, stdout } = await run([
    ...["setpriv", "--bounding-set=-sys_admin", ...scriptCommand("doctor")],
  ]);
  assertEquals(code, 0);
  assertMatch(stdout, /^# to try it as root, too: (?!sudo).*$/m);
});

Deno.test("doctor needs permission to run deno, and no more", async () => {
  const path = `${ROOT}/scripts/doctor.ts`;
  const deno = [Deno.execPath(), "run", "--no-prompt", "--cached-only"];
  const enough = await run([...deno, "--allow-run=deno", path]);
  assertEquals(enough.code, 0, enough.stderr);
  assertEquals(enough.stdout.trimEnd().split("\n").at(-1), SUMMARY);
  const less = await run([...deno, path]);
  assertEquals(less.code, 3);
  assertMatch(less.stderr, /--allow-run=deno .*\n$/);
  assertEquals(less.stderr.trimEnd().split("\n").length, 1);
});

for (const { type, limit } of NAMESPACES) {
  Deno.test(`doctor finds that no ${type} namespace may be created`, async () => {
    const ran = await examineAfter(`echo 0 > /proc/sys/user/${limit}`);
    assertEquals(ran.code, 3);
    const { result, cause, remedy, root, kernel } = find(ran, type);
    assertEquals({ result, root, kernel }, {
      result: "fails",
      root: "fails",
      kernel: true,
    });
    assertEquals(
      cause,
      `no ${type} namespace may be created: /proc/sys/user/${limit} is 0`,
    );
    assertEquals(remedy, `sysctl -w user.${limit}=10000`);
    // The pid lab needs a mount namespace, too, and the container all of them.
    for (const check of findings(ran).checks) {
      const others = check.namespace === "all" ||
        check.namespace === "pid" && type === "mnt";
      if (check.namespace !== type && !others) {
        assertEquals(check.result, "works", check.namespace);
      }
    }
  });
}

Deno.test("doctor is not misled by what it does at the same time", async () => {
  // The kernel frees a user namespace only some time after its last process.
  const ran = await examineAfter(
    `cd /proc/sys/user
    for limit in max_*_namespaces; do echo 1 > $limit; done
    echo 20 > max_user_namespaces`,
  );
  assertEquals(ran.code, 0, ran.stdout);
});

Deno.test("doctor says whom it could not ask", async () => {
  // Only one user id is mapped: there is nobody else to become.
  const { untried, checks } = findings(await examineAfter(""));
  assertMatch(untried!, /^setpriv: /);
  for (const { rootless } of checks) assertEquals(rootless, "not tried");
});

Deno.test("doctor fails where the labs fail, and nowhere else", async () => {
  // Some labs need a /dev/null and some do not.
  const labs = findings(await runScript("doctor", ["--json"])).checks
    .map(({ lab }) => lab);
  const commands = labs.map((lab) =>
    `${shellQuote(scriptCommand(lab))} >/run/null 2>&1; echo "${lab} $?"`
  );
  const ran = await run([
    ..."unshare --user --map-root-user --mount --kill-child sh -c".split(" "),
    `mount -t tmpfs none /run; mount -t tmpfs none /dev
    { ${commands.join("\n")}
    } >/run/labs
    ${DOCTOR}; cat /run/labs >&2`,
  ]);
  const { checks } = findings(ran);
  assertEquals(
    checks.map(({ lab, result }) => `${lab} ${result === "works" ? 0 : 3}`),
    ran.stderr.trimEnd().split("\n"),
  );
  const failed = checks.filter(({ result }) => result === "fails");
  assert(failed.length > 0 && failed.length < checks.length);
  for (const { cause } of failed) {
    assertEquals(
      cause,
      "there is no /dev/null, which programs are started with",
    );
  }
});

testAsRoot(
  "doctor tries ordinary users as somebody else than root",
  async () => {
    // Not even root can become somebody else then; itself it can.
    for (const caller of ["", "SUDO_UID=0 SUDO_GID=0 "]) {
      const ran = await run([
        ..."setpriv --bounding-set=-setuid sh -c".split(" "),
        `${caller}${DOCTOR}`,
      ]);
      assertEquals(ran.code, 0);
      assertMatch(findings(ran).untried!, /^setpriv: /);
    }
  },
);

testAsRoot("doctor finds what fails for ordinary users only", async () => {
  // A mask that only binds those who need a user namespace.
  const masked = await run([
    ..."unshare --mount --kill-child sh -c".split(" "),
    `mount -t tmpfs mask /proc/acpi && exec ${DOCTOR}`,
  ]);
  assertEquals(masked.code, 0);
  const { result, root, rootless, cause } = find(masked, "pid");
  assertEquals({ result, root, rootless }, {
    result: "works",
    root: "works",
    rootless: "fails",
  });
  assertEquals(
    cause,
    "a new /proc would show what is hidden in this one: /proc/acpi",
  );
});

Deno.test("doctor without an unshare says how to get one", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  try {
    const ran = await runScript("doctor", ["--json"], {
      env: { PATH: folder },
    });
    assertEquals(ran.code, 3);
    assertEquals(find(ran, "uts").cause, "there is no unshare on PATH");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("doctor changes nothing, even if unshare isolates nothing", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "nslab-test-" });
  try {
    Deno.writeTextFileSync(
      `${folder}/unshare`,
      '#!/bin/sh\nwhile [ "$1" != sh ]; do shift; done\nexec "$@"\n',
      { mode: 0o755 },
    );
    // What it would change is that of these namespaces.
    const flags = ["--uts", "--mount", "--ipc", "--net"];
    const state = "uname -n; cat /proc/sys/kernel/domainname " +
      "/proc/self/mountinfo /proc/sysvipc/msg /proc/net/dev";
    const { stdout } = await run(unshared(flags, [
      "sh",
      "-c",
      `(${state}); PATH=${folder}:$PATH ${DOCTOR} >&2
      echo $?; ${state}`,
    ]));
    const [before, after] = stdout.split(/^3\n/m);
    assert(before!.length > 0);
    assertEquals(after, before);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("doctor prints help and version", async () => {
  const help = await runScript("doctor", ["--help"]);
  assertEquals(help.code, 0);
  for (const line of help.stdout.split("\n")) assert(line.length <= 80, line);
  const { stdout } = await runScript("doctor", ["--version"]);
  assertMatch(stdout, /^doctor \(nslab\) \d+\.\d+\.\d+\n$/);
});
