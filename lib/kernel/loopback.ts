/**
 * TCP on the loopback device: who can reach a port, and who can have it. Each
 * network namespace has ports of its own: network_namespaces(7).
 *
 * @module
 */

import { type Errno, errno, tryTo } from "./errno.ts";

/** The address that the loopback device has, and none other. */
export const HOST = "127.0.0.1";

// The kernel answers itself, at once, or never: a device that was up and is
// down again loses packets, and TCP sends them again for two minutes.
const PATIENCE = 1000;

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
