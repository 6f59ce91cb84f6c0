import { assert, assertEquals } from "@std/assert";
import type { Attempt } from "../lib/diagnosis/attempt.ts";
import { Case } from "../lib/diagnosis/case.ts";
import { CAUSES } from "../lib/diagnosis/causes.ts";
import { explainFailure, findCause } from "../lib/diagnosis/diagnose.ts";
import type { Facts } from "../lib/diagnosis/facts.ts";
import { installCommand } from "../lib/diagnosis/packages.ts";
import { ROOT } from "./harness.ts";

/** A failure on a machine that is elsewhere. */
interface Fixture {
  /** Who reported it, and what was added to the report. */
  source: string;
  attempt: Attempt;
  facts: Facts;
  expected: { row: string; cause: string; remedy: string };
}

const FOLDER = `${ROOT}/tests/fixtures`;

function read(name: string): Fixture {
  return JSON.parse(Deno.readTextFileSync(`${FOLDER}/${name}.json`));
}

const names = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.replace(".json", "")).sort();

for (const name of names) {
  Deno.test(`${name}.json has its cause and remedy`, () => {
    const { source, attempt, facts, expected } = read(name);
    assert(source.length > 0);
    const { cause, remedy, said } = explainFailure(facts, attempt);
    const row = findCause(new Case(facts, attempt))?.name;
    assertEquals({ row, cause, remedy }, expected as unknown);
    assert(said?.startsWith(attempt.said.split("\n")[0]!));
  });

  Deno.test(`${name}.json with words unheard of is no guess`, () => {
    const { attempt, facts } = read(name);
    const row = findCause(
      new Case(facts, { ...attempt, said: "unshare: The moon is in the way" }),
    );
    assertEquals(row?.name, facts.os === "linux" ? undefined : "not Linux");
  });
}

Deno.test("The cause of what is not in the table is unknown", () => {
  const { attempt, facts } = read("ubuntu_24_04");
  const said = "unshare: The moon is in the way";
  const rungs = [
    { flags: ["--user"], said: null },
    { flags: ["--user", "--map-root-user"], said },
  ];
  assertEquals(
    explainFailure({ ...facts, rungs }, { ...attempt, said }),
    {
      tried: "unshare --user --map-root-user --pid --fork --mount-proc " +
        "--kill-child",
      said,
      cause: 'unknown; "unshare --user --map-root-user" fails already',
    },
  );
  rungs[1]!.said = null as unknown as string;
  assertEquals(
    explainFailure({ ...facts, rungs }, { ...attempt, said }).cause,
    "unknown; each of its namespaces can be created alone",
  );
});

Deno.test("One text has another cause for each machine that says it", () => {
  const causes = names.map(read)
    .filter(({ attempt }) =>
      attempt.said === "unshare: unshare failed: Operation not permitted"
    )
    .map(({ expected }) => expected.row);
  assert(new Set(causes).size >= 2, `${causes}`);
});

Deno.test("binfmt_misc below /proc hides nothing", () => {
  const { attempt, facts } = read("docker_masked_proc");
  const files = {
    ...facts.files,
    "/proc/self/mountinfo": "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n" +
      "26 25 0:22 / /proc rw - proc proc rw\n" +
      "35 26 0:30 / /proc/sys/fs/binfmt_misc rw shared:15 - autofs systemd-1 rw",
  };
  assertEquals(
    findCause(new Case({ ...facts, files }, attempt)),
    undefined,
  );
});

Deno.test("Each distribution has its own name for a package", () => {
  const commands = ["debian", "alpine", "fedora", "arch", "opensuse"].map((
    id,
  ) =>
    ["unshare", "mount", "hostname", "ip"]
      .map((program) => installCommand(program, `NAME=x\nID="${id}"\n`))
      .join("; ")
  );
  assertEquals(commands, [
    "apt install util-linux; apt install mount; apt install hostname; " +
    "apt install iproute2",
    "apk add util-linux-misc; apk add mount; apk add net-tools; " +
    "apk add iproute2",
    "dnf install util-linux; dnf install util-linux; dnf install hostname; " +
    "dnf install iproute",
    "pacman -S util-linux; pacman -S util-linux; pacman -S inetutils; " +
    "pacman -S iproute2",
    "zypper install util-linux; zypper install util-linux; " +
    "zypper install hostname; zypper install iproute2",
  ]);
});

Deno.test("Every cause has a name of its own", () => {
  const rows = CAUSES.map(({ name }) => name);
  assertEquals(new Set(rows).size, rows.length);
});
