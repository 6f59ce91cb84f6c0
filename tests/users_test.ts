import { assertEquals } from "@std/assert";
import { parsePasswd, readUsers } from "../lib/kernel/users.ts";
import { run } from "./harness.ts";

Deno.test("parsePasswd() takes the first name of a uid, as getpwuid(3)", () => {
  const text = "root:x:0:0:root:/root:/bin/sh\n" +
    "toor:x:0:0::/:\n\n# no user\n+::::::\nname::7\n:x:8:::\nbad:x:9a:::\n";
  assertEquals([...parsePasswd(text)], [[0, "root"], [7, "name"]]);
});

Deno.test("readUsers() knows whom id(1) knows", async () => {
  const { stdout } = await run(["id", "--user", "--name"]);
  assertEquals(readUsers().get(Deno.uid()!), stdout.trim());
});
