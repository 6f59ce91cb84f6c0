import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { shellQuote } from "../lib/cli/shell_quote.ts";
import { findChild } from "../lib/kernel/find_child.ts";
import { type Libc, openLibc } from "../lib/kernel/libc.ts";
import { NAMESPACES } from "../lib/kernel/namespaces.ts";
import { readNsLinks } from "../lib/kernel/ns_links.ts";
import { listPids } from "../lib/kernel/processes.ts";
import { readPids } from "../lib/ls/pids.ts";
import { nsReader, parseNsLink } from "../lib/ls/reader.ts";
import type { Row } from "../lib/ls/rows.ts";
import { survey } from "../lib/ls/survey.ts";
import {
  IS_ROOT,
  ROOT,
  run,
  runScript,
  scriptCommand,
  testAsRoot,
  unshared,
} from "./harness.ts";
import { Held, HOLD } from "./held.ts";
import { Terminal } from "./terminal.ts";

const TYPES = NAMESPACES.map(({ type }) => type);
const libc = openLibc();

/** What ls reports. */
async function list(...args: string[]): Promise<Row[]> {
  const { code, stdout, stderr } = await runScript("ls", ["--json", ...args]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

/** The id of one of a process's namespaces. */
function idOf(pid: number, type: string): number {
  return parseNsLink(Deno.readLinkSync(`/proc/${pid}/ns/${type}`))!.id;
}

/** What both lsns and ls say of a namespace. */
type Common = Omit<Row, "own" | "heldBy">;

/** What lsns says; it writes 0 for an owner or a parent that it cannot see. */
async function lsns(): Promise<Map<number, Common>> {
  const columns = "NS,TYPE,NPROCS,PID,USER,COMMAND,ONS,PNS";
  const { stdout } = await run(["lsns", "--json", "--list", "-o", columns]);
  const { namespaces } = JSON.parse(stdout) as {
    namespaces: {
      ns: number;
      type: Row["type"];
      nprocs: number;
      pid: number;
      user: string;
      command: string;
      ons: number;
      pns: number;
    }[];
  };
  return new Map(
    namespaces.map((
      { ns, type, nprocs, pid, user, command, ons, pns },
    ) => [ns, {
      type,
      id: ns,
      processes: nprocs,
      pid,
      user,
      command,
      owner: ons || null,
      parent: pns || null,
    }]),
  );
}

Deno.test("ls agrees with lsns on every row that lsns prints", async () => {
  // All kinds, the nested kinds nested, a process with children, a command
  // line with a gap and a line break in it, and one that is too long.
  await using _ = await Held.start(unshared(
    ["--pid", "--fork", "--uts", "--ipc", "--net", "--mount", "--cgroup"],
    [
      ...["unshare", "--user", "--map-root-user", "--pid", "--fork", "--time"],
      ...["sh", "-c", HOLD, "", "a  b\nc", "x".repeat(10_000)],
    ],
  ));
  // Other processes come and go: what lsns says twice alike stands still, and
  // once everything that this test made has to.
  for (let tries = 0;; tries++) {
    const before = await lsns();
    const ours = new Map((await list()).map((row) => [row.id, row]));
    const after = await lsns();
    const still = [...before.values()].filter((row) =>
      JSON.stringify(row) === JSON.stringify(after.get(row.id))
    );
    const same = still.map(({ id }) => {
      const { own: _own, heldBy: _heldBy, ...common } = ours.get(id) ?? {};
      return common;
    });
    const made = still.filter(({ command }) => command?.includes("a  b\nc"));
    const kinds = new Set(made.map(({ type }) => type));
    const agreed =
      JSON.stringify(sorted(same)) === JSON.stringify(sorted(still));
    if (agreed && kinds.size === TYPES.length) return;
    if (tries < 9) continue;
    assertEquals(same, still);
    assertEquals([...kinds].sort(), TYPES.toSorted());
  }
});

/** Rows with their keys in one order. */
function sorted(rows: Partial<Common>[]): unknown[] {
  return rows.map((row) => Object.entries(row).sort());
}

Deno.test("ls counts itself, and marks what is not its own", async () => {
  await using held = await Held.start(
    unshared(["--uts"], ["sh", "-c", HOLD]),
  );
  const rows = await list();
  assertEquals(rows, rows.toSorted((a, b) => a.id - b.id));
  const own = rows.filter((row) => row.own).map(({ type, id }) => [type, id]);
  assertEquals(
    own.toSorted(),
    TYPES.map((type) => [type, idOf(Deno.pid, type)]).toSorted(),
  );
  const { stdout } = await runScript("ls", ["--type", "uts"]);
  assertMatch(stdout, new RegExp(`^\\* ${idOf(held.pid, "uts")} uts `, "m"));
  assertMatch(stdout, new RegExp(`^  ${idOf(Deno.pid, "uts")} uts `, "m"));
});

Deno.test("a namespace that only a thread is in, or only children will be", async () => {
  await using held = await Held.start(
    unshared([], [
      ...[Deno.execPath(), "run", "--allow-all", "--cached-only"],
      `${ROOT}/tests/lone_thread.ts`,
    ]),
  );
  const holder = findChild(held.pid);
  const isNew = ({ processes, heldBy: [hold] }: Row) =>
    processes === 0 && hold?.at.startsWith(`/proc/${holder}/`);
  const usual = await list();
  assertEquals(usual.filter(isNew), []);
  const rows = (await list("--all")).filter(isNew);
  assertEquals(
    rows.map(({ type, processes, pid, user, command, heldBy: [hold] }) => [
      ...[type, processes, pid, user, command],
      hold!.at.replace(/task\/\d+/, "task/TID"),
    ]).sort(),
    [
      ["ipc", 0, null, null, null, `/proc/${holder}/task/TID/ns/ipc`],
      ["time", 0, null, null, null, `/proc/${holder}/ns/time_for_children`],
      ["uts", 0, null, null, null, `/proc/${holder}/task/TID/ns/uts`],
    ],
  );
  const of = rows.find(({ type }) => type === "uts")!;
  assertEquals(Deno.readLinkSync(of.heldBy[0]!.at), `uts:[${of.id}]`);
  assertEquals(of.owner, idOf(held.pid, "user"));
  // One process is asked for all of that without --all.
  // Its other threads, which are with their process, hold nothing.
  const its = await list("--pid", `${holder}`);
  assertEquals(
    its.filter(isNew).map(({ id }) => id),
    rows.map(({ id }) => id),
  );
});

Deno.test("a namespace that only an open file holds", async () => {
  const held = await Held.start(unshared(["--net"], ["sh", "-c", HOLD]));
  const id = idOf(held.pid, "net");
  const file = Deno.openSync(`/proc/${held.pid}/ns/net`);
  await held[Symbol.asyncDispose]();
  try {
    const row = (await list("--all")).find((row) => row.id === id)!;
    assertEquals([row.processes, row.pid], [0, null]);
    assertEquals(row.heldBy.map(({ by }) => by), ["open file"]);
    assertEquals(Deno.readLinkSync(row.heldBy[0]!.at), `net:[${id}]`);
    assertMatch(row.heldBy[0]!.at, new RegExp(`^/proc/${Deno.pid}/fd/\\d+$`));
  } finally {
    file.close();
  }
  // Its number may be another's by now, and that one may be held elsewhere.
  const after = (await list("--all")).find((row) => row.id === id);
  const holds = after?.heldBy.map(({ at }) => at) ?? [];
  assert(!holds.some((at) => at.startsWith(`/proc/${Deno.pid}/`)));
});

Deno.test("a namespace that a bind mount holds, which few see", async () => {
  await using held = await Held.start(unshared(["--mount"], [
    ...["sh", "-c"],
    `mount -t tmpfs none /mnt && touch /mnt/name &&
    unshare --uts=/mnt/name true && ${HOLD}`,
  ]));
  const mnt = idOf(held.pid, "mnt");
  const rows = (await list()).filter(({ pid, heldBy: [hold] }) =>
    pid === null && hold?.by === "bind mount" && hold.at.endsWith("/mnt/name")
  );
  assertEquals(rows.map(({ type }) => type), ["uts"]);
  const { id, owner, heldBy: [hold] } = rows[0]!;
  assertEquals(owner, idOf(held.pid, "user"));
  const pid = Number(/^\/proc\/(\d+)\/root\/mnt\/name$/.exec(hold!.at)![1]);
  assertEquals(idOf(pid, "mnt"), mnt);
  assertEquals(Deno.statSync(hold!.at).ino, id);
});

Deno.test("a bind mount that a trap hides by now", async () => {
  await using _ = await Held.start(unshared(["--mount"], [
    ...["sh", "-c"],
    `mount -t tmpfs none /mnt && touch /mnt/trap &&
    unshare --uts=/mnt/trap true &&
    mount -t tmpfs none /mnt && mkfifo /mnt/trap && ${HOLD}`,
  ]));
  // Whoever opens the pipe waits for ever.
  const words = scriptCommand("ls", ["--json", "--type=uts"]);
  const { code, stdout } = await run([
    "timeout",
    "--signal=KILL",
    "20",
    ...words,
  ]);
  assertEquals(code, 0);
  const rows: Row[] = JSON.parse(stdout);
  const trapped = rows.filter(({ heldBy: [hold] }) =>
    hold?.at.endsWith("/mnt/trap")
  );
  assertEquals(trapped.map(({ owner }) => owner), [null]);
});

testAsRoot("what `ip netns add` makes", async () => {
  // On a /run of its own: on the host it would leave a mount behind.
  const ls = shellQuote(scriptCommand("ls", ["--type=net"]));
  const { code, stdout } = await run(unshared(["--mount"], [
    ...["sh", "-c"],
    `mount -t tmpfs none /run && ip netns add lab &&
    stat -c %i /run/netns/lab && readlink /proc/self/ns/user &&
    ${ls} --json && ${ls}`,
  ]));
  assertEquals(code, 0);
  const [, id, user, json, text] = /^(\d+)\nuser:\[(\d+)\]\n(.*?^\]\n)(.*)$/ms
    .exec(stdout)!;
  const rows: Row[] = JSON.parse(json!);
  const row = rows.find((row) => row.id === Number(id))!;
  assertEquals(row.heldBy, [{ by: "bind mount", at: "/run/netns/lab" }]);
  assertEquals(row.owner, Number(user));
  assertMatch(
    text!,
    new RegExp(
      `^\\* ${id} net +0 +- - .*\\[bind mount\\] /run/netns/lab$`,
      "m",
    ),
  );
});

Deno.test("a user namespace that only the one below it holds", async () => {
  const user = ["unshare", "--user", "--map-root-user"];
  await using held = await Held.start([...user, ...user, "sh", "-c", HOLD]);
  const id = idOf(held.pid, "user");
  const rows = await list("-t", "user", "-t", "pid");
  const inner = rows.find((row) => row.id === id)!;
  assertEquals(inner.processes, 1);
  const outer = rows.find((row) => row.id === inner.parent)!;
  assertEquals([outer.pid, outer.parent], [null, idOf(Deno.pid, "user")]);
  assertEquals(outer.heldBy, [{ by: "namespace", at: `user:[${id}]` }]);
  // The tree shows the two below each other.
  const { stdout } = await runScript("ls", ["--tree", "--type", "user"]);
  assertMatch(
    stdout,
    new RegExp(`^\\* [├└]─${outer.id} .*\n\\* [│ ] └─${id} `, "m"),
  );
});

Deno.test("the tree of pid namespaces alone is that of their parents", async () => {
  const pid = ["--pid", "--fork", "--kill-child"];
  await using held = await Held.start(unshared(pid, [
    ...["unshare", ...pid, "sh", "-c", HOLD],
  ]));
  const outer = findChild(held.pid);
  const inner = findChild(outer);
  const { stdout } = await runScript("ls", ["--tree", "--type", "pid"]);
  // The second unshare is in the outer one, its child in the inner one.
  assertMatch(
    stdout,
    new RegExp(
      `^\\* [├└]─${idOf(outer, "pid")} .*\n` +
        `\\* [│ ] └─${idOf(inner, "pid")} `,
      "m",
    ),
  );
});

Deno.test("without a C library: the same, but no owners, and a line", () => {
  const { rows, notes } = survey({}, undefined);
  const withIt = survey({}, libc);
  const here = (rows: Row[]) =>
    rows.filter(({ own }) => own).map(({ type, id, pid }) => [type, id, pid]);
  assertEquals(here(rows), here(withIt.rows));
  assert(rows.every(({ owner, parent }) => owner === null && parent === null));
  assert(withIt.rows.some(({ owner }) => owner !== null));
  assertEquals(notes.filter((note) => note.includes("--allow-ffi")).length, 1);
  assert(!withIt.notes.some((note) => note.includes("--allow-ffi")));
  assertEquals(openLibc(["libnslab-is-not-there.so"]), undefined);
});

Deno.test("readPids() lists what Deno lists in /proc, in one piece or in many", () => {
  assert(libc !== undefined && libc.getdents64 !== null);
  const older = { ...libc, getdents64: null } as Libc;
  const ways = [libc, older, undefined];
  // Processes come and go: once nothing must have changed in the meantime.
  for (let tries = 0;; tries++) {
    const before = listPids();
    const lists = [...ways.map((way) => readPids(way)), readPids(libc, 64)];
    const agreed = lists.every((list) => `${list}` === `${before}`);
    if (agreed && `${listPids()}` === `${before}`) return;
    if (tries > 99) assertEquals(lists, lists.map(() => before));
  }
});

Deno.test("nsReader() says the same with and without the C library", () => {
  const own = readNsLinks();
  const names = [...Object.keys(own), "nothing"];
  const ids = names.map((name) => parseNsLink(own[name] ?? "")?.id ?? 0);
  assert(libc !== undefined);
  assertEquals(nsReader(names, libc)(Deno.pid), ids);
  assertEquals(nsReader(names)(Deno.pid), ids);
  const none = names.map(() => 0);
  // Beyond PID_MAX_LIMIT, so that there is none; longer and shorter numbers.
  const read = nsReader(names, libc);
  assertEquals(read(9_999_999_999), none);
  assertEquals(read(Deno.pid), ids);
});

Deno.test("what ls may not see is counted, and said in one line", async () => {
  const pids = Array.from(Deno.readDirSync("/proc"), ({ name }) => name)
    .filter((name) => /^\d+$/.test(name));
  const denied = pids.filter((pid) => {
    try {
      Deno.readLinkSync(`/proc/${pid}/ns/user`);
      return false;
    } catch (error) {
      return error instanceof Deno.errors.PermissionDenied;
    }
  });
  const { stderr } = await runScript("ls");
  if (!IS_ROOT) assert(denied.length > 0);
  if (denied.length === 0) return assertEquals(stderr, "");
  assertMatch(
    stderr,
    /^ls: No permission to see the namespaces of \d+ of \d+ processes.*\n$/,
  );
  assertEquals(stderr.includes("root sees more"), !IS_ROOT);
});

Deno.test("hostile command lines are shown escaped", async () => {
  const script = `exec sh -c '${HOLD}' "$(printf 'a\\033[2J\\nb\\377')"`;
  await using held = await Held.start(
    unshared(["--uts"], ["sh", "-c", script]),
  );
  const { stdout } = await runScript("ls", ["--type", "uts"]);
  const row = stdout.split("\n").find((line) =>
    line.includes(`${idOf(held.pid, "uts")} uts`)
  );
  assertStringIncludes(row ?? "", "printf");
  const all = await runScript("ls", ["--json", "--all"]);
  // deno-lint-ignore no-control-regex -- what a terminal would act on
  const raw = /[\x00-\x09\x0b-\x1f\x7f-\uffff]/;
  assertEquals(raw.test(all.stdout), false);
  assertEquals(raw.test(stdout), false);
});

Deno.test("lines are cut on a terminal, and nowhere else", async () => {
  const long = "y".repeat(200);
  await using held = await Held.start(
    unshared(["--uts"], ["sh", "-c", HOLD, long]),
  );
  const { stdout } = await runScript("ls", ["--type", "uts"]);
  assertStringIncludes(stdout, long);
  await using terminal = new Terminal([
    ...[Deno.execPath(), "run", "-A", "--cached-only"],
    ...[`${ROOT}/scripts/ls.ts`, "--type", "uts", "--no-color"],
  ]);
  const row = `^\\* ${idOf(held.pid, "uts")} uts .*(?=\r\n)`;
  const [shown] = await terminal.waitFor(new RegExp(row, "m"));
  assertEquals(shown.length, 99);
});

Deno.test("one process: --pid", async () => {
  await using held = await Held.start(
    unshared(["--uts"], ["sh", "-c", HOLD]),
  );
  const rows = await list("--pid", `${held.pid}`);
  assertEquals(
    rows.map(({ type, id }) => [type, id]).sort(),
    TYPES.map((type) => [type, idOf(held.pid, type)]).sort(),
  );
  const gone = new Deno.Command("true").spawn();
  await gone.status;
  const { code, stderr } = await runScript("ls", ["--pid", `${gone.pid}`]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, `Cannot find process ${gone.pid}\n`);
});

if (!IS_ROOT) {
  Deno.test("a process of another user: --pid", async () => {
    const { code, stderr } = await runScript("ls", ["--pid", "1"]);
    assertEquals(code, 3);
    assertStringIncludes(stderr, "remedy: run this as root\n");
  });
}

Deno.test("a process that not even root may look at: --pid", async () => {
  const { code, stderr } = await run([
    ...["unshare", "--user", "--map-root-user"],
    ...scriptCommand("ls", ["--pid", `${Deno.pid}`]),
  ]);
  assertEquals(code, 3);
  assertMatch(stderr, /cause: {2}the kernel does not let this root look at it/);
  assert(!stderr.includes("remedy"));
});

Deno.test("wrong usage is one line, and exit code 2", async () => {
  for (
    const [args, said] of [
      [["--type=pid", "--type=foo"], '": the kinds are mnt uts '],
      [["--type"], "--type needs a value"],
      [["--pid", "0"], '--pid "0": a process number is needed'],
      [["--pid=-1"], '--pid "-1": a process number is needed'],
      [["--frob"], 'Unknown option "--frob"'],
      [["--json", "--tree"], "--json and --tree do not go together"],
    ] as const
  ) {
    const { code, stdout, stderr } = await runScript("ls", [...args]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^ls: .*; try ".*--help"\n$/);
    assertStringIncludes(stderr, said);
  }
});

Deno.test("ls with the permissions of its header, and without", async () => {
  const deno = [Deno.execPath(), "run", "--no-prompt", "--cached-only"];
  const script = [`${ROOT}/scripts/ls.ts`, "--json", "--type=uts"];
  const program = Deno.execPath();
  const listed = await run([...deno, `--allow-run=deno,${program}`, ...script]);
  assertEquals(listed.code, 0, listed.stderr);
  assert(JSON.parse(listed.stdout).some(({ own }: Row) => own));
  const without = await run([...deno, ...script]);
  assertEquals([without.code, without.stdout], [3, ""]);
  assertMatch(without.stderr, /^ls: Missing permission --allow-run=deno .*\n/);
});

Deno.test("surveys while processes in new namespaces come and go", async () => {
  const once = unshared(["--uts", "--pid"], ["true"]).join(" ");
  const loop = `while kill -0 ${Deno.pid} 2>&-; do ${once} | true; done`;
  await using _ = new Churn(loop);
  const seen = new Set<number>();
  // Had nothing come and gone, nothing would have been tested.
  for (let at = 0; at < 100 || seen.size < 20; at++) {
    for (const row of survey({ all: at % 2 === 0 }, libc).rows) {
      const { id, processes, pid, user, command, heldBy } = row;
      assertEquals(pid === null, processes === 0);
      assertEquals([user === null, command === null], [!pid, !pid]);
      assert(pid !== null || heldBy.length > 0);
      if (command?.startsWith("unshare ")) seen.add(id * 1e6 + pid!);
    }
  }
});

/** A shell that starts and ends processes as fast as it can. */
class Churn implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  constructor(script: string) {
    this.#child = new Deno.Command("sh", { args: ["-c", script] }).spawn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}

Deno.test("ls --ns lists who lives in one namespace, and how to enter it", async () => {
  await using held = await Held.start(
    unshared(["--uts"], ["sh", "-c", `sleep 99 & ${HOLD}; kill $!`]),
  );
  const id = idOf(held.pid, "uts");
  const json = await runScript("ls", ["--ns", `${id}`, "--json"]);
  const tenants: { pid: number; command: string }[] = JSON.parse(json.stdout);
  assertEquals(tenants[0]!.pid, held.pid);
  assertEquals(tenants.at(-1)!.command, "sleep 99");
  const { stdout } = await runScript("ls", ["--ns", `${id}`]);
  assertStringIncludes(stdout, "sleep 99\n");
  const [, enter] = /^uts:\[\d+\], enter it: (nsenter .*)$/m.exec(stdout)!;
  const entered = await run([
    ...["sh", "-c", `${enter} readlink /proc/self/ns/uts`],
  ]);
  assertEquals(entered.stdout, `uts:[${id}]\n`);
});

Deno.test("ls --ns of one's own namespace does not enter it", async () => {
  const own = idOf(Deno.pid, "uts");
  const { stdout } = await runScript("ls", ["--ns", `${own}`]);
  assertMatch(stdout, new RegExp(`\nuts:\\[${own}\\] is your own\n$`));
});

Deno.test("ls --ns of a namespace that is not there says so", async () => {
  const { code, stdout, stderr } = await runScript("ls", ["--ns", "7"]);
  assertEquals({ code, stdout }, { code: 3, stdout: "" });
  assertMatch(stderr, /^ls: Cannot find a process in the namespace 7\n/);
});
