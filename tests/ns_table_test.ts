import { assertEquals } from "@std/assert";
import { setColor } from "../lib/cli/style.ts";
import type { Row } from "../lib/ls/rows.ts";
import { namespaceTable } from "../lib/ls/table.ts";

setColor(false);

const own: Row = {
  type: "uts",
  id: 4026531838,
  processes: 123,
  pid: 1,
  user: "root",
  command: "/sbin/init splash",
  own: true,
  owner: 4026531837,
  parent: null,
  heldBy: [],
};
const held: Row = {
  ...own,
  id: 4026532177,
  processes: 0,
  pid: null,
  user: null,
  command: null,
  own: false,
  heldBy: [{ by: "bind mount", at: "/run/a\x1b" }],
};
const user: Row = { ...own, type: "user", id: 4026531837, owner: null };
const inner: Row = {
  ...user,
  id: 4026532200,
  own: false,
  owner: user.id,
  parent: user.id,
};

Deno.test("namespaceTable() has the columns of lsns, and a mark", () => {
  assertEquals(
    namespaceTable([own, held]),
    "          NS TYPE NPROCS PID USER COMMAND\n" +
      "  4026531838 uts     123   1 root /sbin/init splash\n" +
      "* 4026532177 uts       0   - -    [bind mount] /run/a\\x1b",
  );
  const foreign = { ...held, owner: 7 };
  assertEquals(
    namespaceTable([own, foreign], { width: 51 }),
    "          NS TYPE NPROCS PID USER      OWNER COMMAN\n" +
      "  4026531838 uts     123   1 root 4026531837 /sbin/\n" +
      "* 4026532177 uts       0   - -             7 [bind",
  );
  assertEquals(namespaceTable([]), "  NS TYPE NPROCS PID USER COMMAND");
});

Deno.test("namespaceTable() cuts lines by characters", () => {
  const row = { ...own, command: "ab\u{1f600}cd" };
  const line = (width: number) =>
    namespaceTable([row], { width }).split("\n")[1]!.slice(34);
  assertEquals([34, 36, 37, 38].map(line), ["", "ab", "ab😀", "ab😀c"]);
});

Deno.test("namespaceTable() shows what each user namespace owns", () => {
  const below = { ...own, id: 4026532201, owner: inner.id };
  const lost = { ...own, id: 4026532202, owner: 7 };
  const rows = [user, own, inner, below, held, lost];
  const lines = namespaceTable(rows, { tree: true }).split("\n");
  assertEquals(lines.map((line) => line.slice(0, 16).trimEnd()), [
    "  NS",
    "  4026531837",
    "  ├─4026531838",
    "* ├─4026532200",
    "  │ └─4026532201",
    "* └─4026532177",
    "  4026532202",
  ]);
  assertEquals(
    lines[3],
    "* ├─4026532200   user    123   1 root 4026531837 4026531837 " +
      "/sbin/init splash",
  );
});
