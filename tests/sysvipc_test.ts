import { assertEquals } from "@std/assert";
import { parseQueues } from "../lib/kernel/sysvipc.ts";

const HEADER =
  "       key      msqid perms      cbytes       qnum lspid lrpid" +
  "   uid   gid  cuid  cgid      stime      rtime      ctime\n";
const REST =
  "   644           0          0     0     0     0     0     0     0" +
  "          0          0 1795460264\n";

Deno.test("parseQueues() takes keys with a sign and wide numbers", () => {
  const text = `${HEADER} 157979595          0${REST}` +
    `-392349743      32769${REST}         0 2147483647${REST}`;
  assertEquals(parseQueues(text), [
    { key: 157979595, id: 0 },
    { key: -392349743, id: 32769 },
    { key: 0, id: 2147483647 },
  ]);
  assertEquals(parseQueues(HEADER), []);
});
