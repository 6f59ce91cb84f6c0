/**
 * A network namespace: devices, addresses, routes and ports of its own.
 *
 * Run it: deno run --allow-run=deno,unshare --allow-net=127.0.0.1 scripts/net.ts
 *     or: deno run -A scripts/net.ts            (it looks at /proc by itself)
 * Read: man 7 network_namespaces
 */

import { table } from "../lib/cli/table.ts";
import { type Interface, readInterfaces } from "../lib/kernel/interfaces.ts";
import { tryConnect, tryListen } from "../lib/kernel/loopback.ts";
import { claim, defineLab, separate } from "../lib/lab/lab.ts";
import { listen } from "../lib/lab/listen.ts";
import { runLab } from "../lib/lab/run_lab.ts";

const list = (interfaces: Interface[]): string =>
  interfaces.map(({ name, up }) => `${name} ${up ? "up" : "down"}`)
    .join(", ");

const countUp = (interfaces: Interface[]): number =>
  interfaces.filter(({ up }) => up).length;

export const lab = defineLab({
  name: "net",
  shows: "A network stack with nothing in it: a loopback device, and that down",
  script: import.meta.url,
  permissions: ["--allow-net=127.0.0.1"],

  isolates: ["net"],
  flags: () => ["--net"],

  // A server outside: it listens on a free port of 127.0.0.1.
  prepare: listen,

  // What one process can see. This runs outside and inside.
  observe() {
    return { interfaces: readInterfaces() };
  },

  // Both sides call the server, and try to take its port for themselves.
  async attempt({ port }) {
    return {
      port,
      connect: await tryConnect(port),
      listen: tryListen(port),
    };
  },

  show({ interfaces }, rows) {
    return table(
      ["INTERFACE", "STATE"],
      interfaces.map(({ name, up }) => [name, up ? "up" : "down"]),
      rows,
    );
  },

  // The outside can read the devices of the inside.
  inspect(pid) {
    return { pid, interfaces: readInterfaces(pid) };
  },

  claims({ inside, outside, peer, tried }) {
    const { port } = tried.inside;
    const noneUp = countUp(outside.interfaces) === 0 &&
      "no device is up outside either";
    return [
      separate("net", { inside, outside }),
      claim(
        "No device is up inside, not even the loopback device",
        countUp(inside.interfaces) === 0,
        `inside ${list(inside.interfaces)}; outside ` +
          `${countUp(outside.interfaces)} of ${outside.interfaces.length} up`,
        noneUp,
      ),
      claim(
        "The outside can read the devices of the inside",
        list(peer.interfaces) === list(inside.interfaces) &&
          countUp(peer.interfaces) === 0,
        `/proc/${peer.pid}/net/dev outside: ${list(peer.interfaces)}`,
        noneUp,
      ),
      claim(
        "A server outside cannot be reached from inside",
        tried.inside.connect === "ENETUNREACH",
        `connecting to 127.0.0.1:${port} inside: ${tried.inside.connect}, ` +
          `outside: ${tried.outside.connect}`,
        tried.outside.connect !== "ok" &&
          `outside it does not answer either: ${tried.outside.connect}`,
      ),
      claim(
        "The port of that server is free inside",
        tried.inside.listen === "ok" && tried.outside.listen === "EADDRINUSE",
        `listening on port ${port} inside: ${tried.inside.listen}, ` +
          `outside: ${tried.outside.listen}`,
      ),
    ];
  },

  bash: (unshare) =>
    `cat /proc/net/dev /proc/net/route
${unshare} sh -c '
  cat /proc/net/dev /proc/net/route
'`,

  hints: [
    "cat /proc/net/dev     lo alone, and nothing goes through it",
    "ping -c 1 127.0.0.1   Network is unreachable: lo is down",
    "ip link set lo up     root inside may do that; then ping again",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
