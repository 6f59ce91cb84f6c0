/**
 * Claims in the negative: the evidence of a real run, with one observation made
 * false at a time. A claim that holds whatever was seen would prove nothing.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { experiment } from "../lib/lab/experiment.ts";
import type { Evidence, Lab, Result, Values } from "../lib/lab/lab.ts";

/** Claims by their sentences, and what they turn out to be. */
export type Results = Readonly<Record<string, Result>>;

/** What is to be seen in place of what was. */
export type Change<Seen> = (evidence: Seen) => unknown;

/** What a change does: to the claims named, and to no other. */
export type Case<Seen> = readonly [Results, Change<Seen>];

/** The evidence that all claims hold on, and what would decide otherwise. */
export interface Cases<Seen, Own extends string> {
  /** The lab's own options; each is none of the machine's own values. */
  values: Values<Own>;
  /** Writes out what not every machine can show. */
  settle?: Change<Seen>;
  /** The changes, one at a time. */
  cases: readonly Case<Seen>[];
}

const all = (result: Result) => (...sentences: string[]): Results =>
  Object.fromEntries(sentences.map((sentence) => [sentence, result]));

/** These fail. */
export const fails: (...sentences: string[]) => Results = all("fails");
/** These cannot be decided any more. */
export const open: (...sentences: string[]) => Results = all("inconclusive");
/** What is seen then is no reason to doubt anything. */
export const NOTHING: Results = {};

/**
 * Tests the claims of a lab: one run, and a copy of its evidence for each case.
 *
 * @param lab The experiment.
 * @param cases What to change, and which claims that decides otherwise.
 */
export function testClaims<
  Seen extends object,
  Peer,
  Tried,
  Given,
  Own extends string,
  Left,
>(
  lab: Lab<Seen, Peer, Tried, Given, Own, Left>,
  { values, settle, cases }: Cases<
    Evidence<Seen, Peer, Tried, Own, Left>,
    Own
  >,
): void {
  Deno.test(`${lab.name}: each claim depends on what was seen`, async () => {
    const { evidence } = await experiment(lab, values);
    settle?.(evidence);
    const resultsOf = (seen: typeof evidence): Results =>
      Object.fromEntries(
        lab.claims(seen).map(({ claim, result }) => [claim, result]),
      );
    const real = resultsOf(evidence);
    assertEquals(real, all("holds")(...Object.keys(real)));
    for (const [expected, change] of cases) {
      const changed = structuredClone(evidence);
      change(changed);
      assertEquals(resultsOf(changed), { ...real, ...expected }, `${change}`);
    }
  });
}
