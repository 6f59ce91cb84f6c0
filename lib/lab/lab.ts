/**
 * What an experiment is: a lab says what one process can see, what is done
 * inside, and which claims follow. The machinery that runs it is in
 * run_lab.ts; data travels one way, from observe() through the evidence to
 * claims().
 *
 * @module
 */

import type { Given, OptionSpec } from "../cli/options.ts";
import type { Caller } from "../kernel/caller.ts";
import type { NamespaceType } from "../kernel/namespaces.ts";
import type { NsLinks } from "../kernel/ns_links.ts";
import type { Confinement } from "./confine.ts";

/** What one process sees: its namespaces, and the lab's own part. */
export type View<Seen> = { namespaces: NsLinks } & Seen;

/** The values of a lab's own options, defaults filled in. */
export type Values<Own extends string> = Readonly<Record<Own, string>>;

/** An option of one lab; it always has a value. */
export type OwnOption = OptionSpec & { readonly default: string };

/** What was observed; nothing in here is assumed. */
export interface Evidence<Seen, Peer, Tried, Own extends string, Left = void> {
  /** Outside, before anything was done. */
  before: View<Seen>;
  /** Inside, after what the lab does there. */
  inside: View<Seen>;
  /** Outside again, while the inside process is still alive. */
  outside: View<Seen>;
  /** What /proc tells the outside about the inside process. */
  peer: Peer;
  /** What came of the attempts, made on both sides at the same time. */
  tried: { inside: Tried; outside: Tried };
  /** What the outside finds when the inside has ended. */
  left: Left;
  /** The lab's own options. */
  values: Values<Own>;
  /** Why there are no limits though some were asked for. */
  unlimited: string | undefined;
}

/** What a claim turned out to be on this kernel. */
export type Result = "holds" | "fails" | "inconclusive";

/** One sentence that the evidence decides. */
export interface Claim {
  /** The sentence. */
  claim: string;
  /** What the evidence says of it. */
  result: Result;
  /** What was seen, or why nothing could be; names of others are raw in it. */
  evidence: string;
}

/** Something outside that exists for the length of one run. */
export interface Prop<Given, Left = void> {
  /** What the attempts need to know of it; JSON. */
  given: Given;
  /** What there is of it when the inside has ended. */
  left?(): Promise<Left>;
  /** Removes it. */
  close(): void | Promise<void>;
}

/** One experiment. */
export interface Lab<
  Seen extends object,
  Peer = undefined,
  Tried = undefined,
  Given = undefined,
  Own extends string = never,
  Left = void,
> {
  /** The name: that of its script and its task. */
  readonly name: string;
  /** What it shows, as one sentence without a period. */
  readonly shows: string;
  /** `import.meta.url` of the script, which is run again inside. */
  readonly script: string;
  /** What the launcher needs beside permission to run deno and unshare. */
  readonly permissions?: readonly string[];
  /** Options that only this lab has. */
  readonly options?: Readonly<Record<Own, OwnOption>>;
  /** Whether `-- CMD ARGS...` runs a command inside. */
  readonly runsCommands?: boolean;
  /** The namespaces that must be new: the inside does nothing without. */
  readonly isolates: readonly NamespaceType[];
  /** What unshare is asked for. */
  flags(values: Values<Own>, caller: Caller): string[];
  /** Sets up something outside, for the length of one run. */
  prepare?(
    values: Values<Own>,
    unlimited: string | undefined,
  ): Prop<Given, Left> | Promise<Prop<Given, Left>>;
  /** Limits for all that runs inside, in a shell as well. */
  confine?(values: Values<Own>, before: View<Seen>): Promise<Confinement>;
  /** Commands that set the scene inside, run in order before it looks. */
  act?(values: Values<Own>, before: View<Seen>): string[][];
  /** What a program of the user's finds in its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What to put before a program of the user's, for it to have less power. */
  readonly renounce?: readonly string[];
  /** What one process can see; the same code runs outside and inside. */
  observe(): Seen;
  /**
   * What one process is allowed to do. It changes nothing on either side, unless
   * it is isolated and the change goes with its namespaces.
   */
  attempt?(given: Given, isolated: boolean): Tried | Promise<Tried>;
  /** What /proc/PID tells the outside about the inside process. */
  inspect?(pid: number): Peer;
  /** A view as text; tables have at most so many rows. */
  show(seen: Seen, rows?: number): string;
  /** What the evidence proves. */
  claims(evidence: Evidence<Seen, Peer, Tried, Own, Left>): Claim[];
  /** The same experiment in plain shell, around this unshare command line. */
  bash(unshare: string, values: Values<Own>, before: View<Seen>): string;
  /** What to type in a shell inside, and what it shows. */
  readonly hints: readonly string[];
}

/** Any lab, for the machinery, which only hands the parts from one to another. */
// deno-lint-ignore no-explicit-any -- the parts are checked where a lab is made
export type AnyLab = Lab<any, any, any, any, any, any>;

/**
 * Lets TypeScript find the types of a lab's parts.
 *
 * @param lab The lab.
 * @returns The same lab.
 */
export function defineLab<
  Seen extends object,
  Peer = undefined,
  Tried = undefined,
  Given = undefined,
  Own extends string = never,
  Left = void,
>(
  lab: Lab<Seen, Peer, Tried, Given, Own, Left>,
): Lab<Seen, Peer, Tried, Given, Own, Left> {
  return lab;
}

/**
 * The values of a lab's own options.
 *
 * @param lab The lab.
 * @param given What was given on the command line.
 * @returns That, and the defaults of the rest.
 */
export function valuesOf(lab: AnyLab, given: Given = {}): Values<string> {
  const own: Record<string, OwnOption> = lab.options ?? {};
  return Object.fromEntries(
    Object.entries(own).map(([name, spec]) => [
      name,
      given[name] as string | undefined ?? spec.default,
    ]),
  );
}

/**
 * What is enough to run a lab.
 *
 * @param lab The lab.
 * @returns Options of `deno run`.
 */
export function permissionsOf(lab: AnyLab): string {
  return ["--allow-run=deno,unshare", ...lab.permissions ?? []].join(" ");
}

/**
 * A claim that was observed to hold or to fail.
 *
 * @param claim The sentence.
 * @param holds What the evidence says.
 * @param evidence What was seen.
 * @param undecided Why this machine cannot decide it, where that is so.
 * @returns The claim.
 */
export function claim(
  claim: string,
  holds: boolean,
  evidence: string,
  undecided?: string | false,
): Claim {
  if (undecided) return inconclusive(claim, undecided);
  return { claim, result: holds ? "holds" : "fails", evidence };
}

/**
 * A claim that this machine cannot decide.
 *
 * @param claim The sentence.
 * @param why Why nothing could be observed.
 * @returns The claim.
 */
export function inconclusive(claim: string, why: string): Claim {
  return { claim, result: "inconclusive", evidence: why };
}

/**
 * The claim that every lab begins with: two processes are in different
 * namespaces if and only if their links differ.
 *
 * @param type The name of the link in /proc/PID/ns.
 * @param evidence What was seen.
 * @returns The claim.
 */
export function separate(
  type: string,
  evidence: { inside: View<object>; outside: View<object> },
): Claim {
  const inside = evidence.inside.namespaces[type];
  const outside = evidence.outside.namespaces[type];
  const sentence = `The ${type} namespace is another one`;
  return inside === undefined || outside === undefined
    ? inconclusive(sentence, `/proc/self/ns/${type} is missing`)
    : claim(
      sentence,
      inside !== outside,
      `inside ${inside}, outside ${outside}`,
    );
}
