/**
 * A server outside, for the inside to try to reach.
 *
 * @module
 */

import { Failure } from "../cli/failure.ts";
import { requirePermission } from "../cli/permissions.ts";
import { HOST } from "../kernel/loopback.ts";
import type { Prop } from "./lab.ts";

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
    if (!(error instanceof Error)) throw error;
    throw new Failure(`Cannot listen on ${HOST}`, {
      said: error.message,
      ...error instanceof Deno.errors.AddrNotAvailable
        ? {
          cause: "the loopback device of this network namespace has no address",
          remedy: `ip addr replace ${HOST}/8 dev lo`,
        }
        : {
          cause: "no TCP socket is to be had: a sandbox forbids it, or all " +
            "ports are taken",
          remedy: "run it outside of the sandbox",
        },
    });
  }
}
