import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  missing,
  run,
  runScript,
  scriptCommand,
  testUnless,
  unshared,
} from "./harness.ts";

interface Interface {
  name: string;
  up: boolean;
}

Deno.test("net: outside some device is up, inside none is", async () => {
  const { code, stdout } = await runScript("net", ["--json"]);
  assertEquals(code, 0);
  const { inside, outside } = JSON.parse(stdout);
  const up = (view: { interfaces: Interface[] }) =>
    view.interfaces.filter(({ up }) => up);
  assert(up(outside).length > 0);
  assertEquals(up(inside), []);
  assert(inside.interfaces.some(({ name }: Interface) => name === "lo"));
});

/** Runs the lab in a network namespace of its own, after a few commands. */
const runAfter = (commands: string, args: string[] = []) =>
  run(unshared(["--net"], [
    ...["sh", "-c", `${commands}\nexec "$@"`, "sh"],
    ...scriptCommand("net", args),
  ]));

testUnless(
  missing("ip"),
  "net: where the outside has no network either, claims are inconclusive",
  async () => {
    // A device that was up once does not answer in the same way.
    const once = "ip link set lo up; ip link set lo down";
    for (const commands of ["", once]) {
      const { code, stdout } = await runAfter(commands, ["--json"]);
      assertEquals(code, 0);
      const results = JSON.parse(stdout).claims
        .map(({ result }: { result: string }) => result);
      const three = Array(3).fill("inconclusive");
      assertEquals(results, ["holds", ...three, "holds"]);
    }
  },
);

testUnless(
  missing("ip"),
  "net: where there is no address to listen on, the remedy is told",
  async () => {
    const ran = await runAfter("ip link set lo up; ip addr flush dev lo");
    assertEquals({ code: ran.code, stdout: ran.stdout }, {
      code: 3,
      stdout: "",
    });
    assertStringIncludes(ran.stderr, "net: Cannot listen on 127.0.0.1\n");
    const [, remedy] = /\n +remedy: (.*)\n/.exec(ran.stderr)!;
    const mended = await runAfter(
      `ip link set lo up; ip addr flush dev lo; ${remedy}`,
    );
    assertEquals(mended.code, 0, mended.stderr);
  },
);

Deno.test("net --bash shows the devices of both sides", async () => {
  const [{ stdout: text }, { stdout: json }] = await Promise.all([
    runScript("net", ["--bash"]),
    runScript("net", ["--json"]),
  ]);
  const { outside, inside } = JSON.parse(json);
  const { stdout } = await run(["sh", "-c", text]);
  const names = [...stdout.matchAll(/^ *(\S+): *\d/gm)].map(([, name]) => name);
  assertEquals(
    names,
    [...outside.interfaces, ...inside.interfaces]
      .map(({ name }: Interface) => name),
  );
});
