/**
 * The two ways not to get an answer, and the exit codes of every script.
 *
 * @module
 */

/** Exit codes, the same for all scripts. */
export const EXIT = {
  /** Every claim holds or is inconclusive. */
  ok: 0,
  /** A claim failed. */
  claimFailed: 1,
  /** The command line was wrong. */
  usage: 2,
  /** This machine does not allow the experiment. */
  notHere: 3,
  /** The reader of our output has gone: as the shell reports SIGPIPE. */
  brokenPipe: 141,
} as const;

/** The command line was wrong; the message is one line. */
export class UsageError extends Error {
  /** What kind of error it is. */
  override name = "UsageError";
}

/** What is known of a failure, each part one line where it can be. */
export interface Cause {
  /** What was attempted: a command line. */
  tried?: string;
  /** What the kernel or the tool answered. */
  said?: string;
  /** Why. */
  cause: string;
  /** What mends it: a command to paste where there is one. */
  remedy?: string;
}

/** The machine does not allow what was asked; says why, and what mends it. */
export class Failure extends Error {
  /** What kind of error it is. */
  override name = "Failure";
  /** The parts of the message. */
  readonly detail: Cause;

  /**
   * Puts the parts together.
   *
   * @param message What could not be done: "Cannot create the namespaces".
   * @param detail Why, and what mends it.
   */
  constructor(message: string, detail: Cause) {
    super(message);
    this.detail = detail;
  }
}
