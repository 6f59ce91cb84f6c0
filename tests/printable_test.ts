import { assertEquals } from "@std/assert";
import { printable, printableJson } from "../lib/cli/printable.ts";
import { decodeBytes } from "../lib/kernel/decode_bytes.ts";

Deno.test("printable() leaves ordinary text alone", () => {
  for (const text of ["deno", "(sd-pam)", "kworker/0:1-events", "naïve", ""]) {
    assertEquals(printable(text), text);
  }
});

Deno.test("printable() escapes what a terminal could act on", () => {
  assertEquals(printable("\x1b[2J"), "\\x1b[2J");
  assertEquals(printable("a\nb\tc\rd\\e"), "a\\nb\\tc\\rd\\\\e");
  assertEquals(printable("\x7f\x9b2J"), "\\x7f\\u{9b}2J");
  assertEquals(printable("\u202egnp.exe"), "\\u{202e}gnp.exe");
  // To some programs these end a line.
  assertEquals(printable("a\u2028b\u2029"), "a\\u{2028}b\\u{2029}");
});

Deno.test("decodeBytes() keeps bytes that are not UTF-8", () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xc3, 0xe2, 0x82);
  const text = decodeBytes(bytes);
  assertEquals(text, "a\udcffé\udcc3\udce2\udc82");
  assertEquals(printable(text), "a\\xffé\\xc3\\xe2\\x82");
});

Deno.test("printableJson() parses to the same value and prints plainly", () => {
  const value = {
    name: "\x1b\x7f\x9b\u202e\u2028\u2029\udcff\u{f0000} \\n\n",
    list: [1],
  };
  for (const indent of [undefined, 2]) {
    const text = printableJson(value, indent);
    assertEquals(JSON.parse(text), value);
    assertEquals(/[^\n -~]/.test(text), false);
  }
});
