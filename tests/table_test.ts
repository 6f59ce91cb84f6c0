import { assertEquals } from "@std/assert";
import { setColor } from "../lib/cli/style.ts";
import { table } from "../lib/cli/table.ts";

setColor(false);

Deno.test("table() is as wide as the longest cell, plus 8 spaces", () => {
  assertEquals(
    table(["NAME", "PID"], [["deno", 1], ["longer name", 23]]),
    `NAME               PID
deno               1
longer name        23`,
  );
});

Deno.test("table() shows hostile cells escaped, and measures them so", () => {
  assertEquals(
    table(["A", "B"], [["\x1b[2J", "\n"], ["x", "y"]]),
    `A              B
\\x1b[2J        \\n
x              y`,
  );
});

Deno.test("table() leaves out the middle and says so", () => {
  const rows = Array.from({ length: 10 }, (_, at) => [`r${at}`]);
  assertEquals(
    table(["H"], rows, 4),
    "H\nr0\nr1\n... 6 more (--all shows them)\nr8\nr9",
  );
  // One row would take as much room as the line that counts it.
  assertEquals(table(["H"], rows.slice(0, 5), 4).split("\n").length, 6);
  assertEquals(table(["H"], rows).split("\n").length, 11);
});

Deno.test("table() without rows is its header", () => {
  assertEquals(table(["NAME", "PID"], []), "NAME        PID");
});
