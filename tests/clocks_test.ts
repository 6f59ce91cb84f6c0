import { assertEquals } from "@std/assert";
import { checkBoottime, parseOffsets } from "../lib/kernel/clocks.ts";

Deno.test("parseOffsets() takes seconds and the nanoseconds after them", () => {
  assertEquals(
    parseOffsets(
      "monotonic           0         0\nboottime        86400         0\n",
    ),
    { monotonic: 0, boottime: 86400 },
  );
  assertEquals(
    parseOffsets(
      "monotonic          -2 500000000\nboottime   4611000000         1\n",
    ),
    { monotonic: -1.5, boottime: 4611000000.000000001 },
  );
});

Deno.test("checkBoottime() takes what every kernel takes", () => {
  for (const seconds of ["0", "1", "86400", "4000000000"]) {
    assertEquals(checkBoottime(seconds), undefined);
  }
  const wrong = "the offset is a whole number of seconds from 0 to 4000000000";
  for (
    const seconds of ["-1", "1.5", "1e3", "0x10", "010", "day", " 1", "1\n"]
      .concat("4000000001", "9".repeat(30))
  ) {
    assertEquals(checkBoottime(seconds), wrong, seconds);
  }
});
