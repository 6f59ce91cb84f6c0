import { assertEquals } from "@std/assert";
import {
  type Cgroup,
  parseCgroups,
  readCgroups,
} from "../lib/kernel/cgroups.ts";
import { lab } from "../scripts/cgroup.ts";
import { run, runScript } from "./harness.ts";

Deno.test("cgroup: every path is / inside, and the real one outside", async () => {
  const { code, stdout } = await runScript("cgroup", ["--json"]);
  assertEquals(code, 0);
  const { inside, outside, claims } = JSON.parse(stdout);
  assertEquals(outside.cgroups, readCgroups());
  assertEquals(
    inside.cgroups,
    readCgroups().map((cgroup) => ({ ...cgroup, path: "/" })),
  );
  const real = readCgroups().some(({ path }) => path !== "/");
  const expected = Array(3).fill(real ? "holds" : "inconclusive");
  assertEquals(
    claims.slice(1).map(({ result }: { result: string }) => result),
    expected,
  );
});

/** What the claims say of recorded evidence. */
function resultsOf(inside: string, peer: string, outside: string): string[] {
  const view = (cgroups: Cgroup[]) => ({ namespaces: {}, cgroups });
  const seen = view(parseCgroups(outside));
  const evidence = {
    before: seen,
    inside: view(parseCgroups(inside)),
    outside: seen,
    peer: { pid: 2, cgroups: parseCgroups(peer) },
  };
  // There is more in it, which these claims do not look at.
  return lab.claims(evidence as Parameters<typeof lab.claims>[0])
    .slice(1).map(({ result }) => result);
}

Deno.test("cgroup: the claims are about the hierarchies that hide a path", () => {
  const all = (result: string) => Array(3).fill(result);
  // cgroup v2 alone, as systemd has it.
  const user = "0::/user.slice/user-1000.slice/session-2.scope\n";
  assertEquals(resultsOf("0::/\n", user, user), all("holds"));
  // Version 1: some of the paths are / already.
  const mixed = "4:memory:/a\n3:cpu:/\n0::/\n";
  assertEquals(
    resultsOf("4:memory:/\n3:cpu:/\n0::/\n", mixed, mixed),
    all("holds"),
  );
  assertEquals(resultsOf("0::/\n", "0::/\n", "0::/\n"), all("inconclusive"));
  assertEquals(resultsOf(user, user, user), all("fails"));
  assertEquals(
    resultsOf("4:memory:/\n", mixed, "4:memory:/elsewhere\n"),
    ["holds", "holds", "fails"],
  );
  assertEquals(resultsOf("3:cpu:/\n", mixed, mixed), all("fails"));
});

Deno.test("cgroup --bash shows the paths of both sides", async () => {
  const { stdout: text } = await runScript("cgroup", ["--bash"]);
  const { code, stdout } = await run(["sh", "-c", text]);
  assertEquals(code, 0);
  const own = readCgroups();
  assertEquals(
    parseCgroups(stdout),
    [...own, ...own.map((cgroup) => ({ ...cgroup, path: "/" }))],
  );
});
