/**
 * TCP on the loopback device: who can reach a port, and who can have it. Each
 * network namespace has ports of its own: network_namespaces(7).
 *
 * @module
 */

import { Failure } from "../cli/failure.ts";
import { requirePermission } from "../cli/permissions.ts";
import type { Prop } from "../lab/lab.ts";
import { type Errno, errno, tryTo } from "./errno.ts";

const HOST = "127.0.0.1";

// The kernel answers itself, at once, or never: a device that was up and is
// down again loses packets, and TCP sends them again for two minutes.
const PATIENCE = 1000;

/**
 * Listens on any free port.
 *
 * @returns The port, for the length of one run.
 * @throws {Deno.errors.NotCapable} If Deno may not listen there.
 * @throws {Failure} If there is no such address.
 */
export function listen(): Prop<{ port: number }> {
  requirePermission(
    { name: "net", host: HOST },
    `--allow-net=${HOST}`,
    "to listen on a port, for the inside to try",
  );
  try {
    const listener = Deno.listen({ hostname: HOST, port: 0 });
    return {
      given: { port: (listener.addr as Deno.NetAddr).port },
      close: () => listener.close(),
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrNotAvailable)) throw error;
    throw new Failure(`Cannot listen on ${HOST}`, {
      said: error.message,
      cause: "the loopback device of this network namespace has no address",
      remedy: `ip addr replace ${HOST}/8 dev lo`,
    });
  }
}

/**
 * Connects to a port on this side's loopback device, and hangs up.
 *
 * @param port The port.
 * @returns What connect(2) said, for example "ENETUNREACH".
 */
export async function tryConnect(port: number): Promise<Errno> {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    (await Deno.connect({ hostname: HOST, port, signal })).close();
    return "ok";
  } catch (error) {
    if (error instanceof DOMException) return "ETIMEDOUT";
    return errno(error);
  }
}

/**
 * Takes a port, and gives it back.
 *
 * @param port The port.
 * @returns What bind(2) or listen(2) said, for example "EADDRINUSE".
 */
export function tryListen(port: number): Errno {
  // Of no address: a device that is down has none that could be bound.
  return tryTo(() => Deno.listen({ hostname: "0.0.0.0", port }).close());
}
