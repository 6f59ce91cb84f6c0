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
  assertEquals(table(["H"], rows.slice(0, 8), 4).split("\n").length, 9);
  assertEquals(table(["H"], rows).split("\n").length, 11);
});

Deno.test("table() shows a row that tells something, wherever it is", () => {
  const rows = Array.from({ length: 12 }, (_, at) => [`r${at}`]);
  const only = (...told: number[]) =>
    table(["H"], rows, 4, (at) => told.includes(at)).split("\n").slice(3, -2);
  const more = (count: number) => `... ${count} more (--all shows them)`;
  assertEquals(only(5), [more(3), "r5", more(4)]);
  assertEquals(only(0, 11), [more(8)]);
  // One row takes as much room as the line that would count it.
  assertEquals(only(3, 8), ["r2", "r3", more(4), "r8", "r9"]);
});

Deno.test("table() without rows is its header", () => {
  assertEquals(table(["NAME", "PID"], []), "NAME        PID");
});
