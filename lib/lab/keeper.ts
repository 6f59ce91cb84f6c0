/**
 * Something outside for the length of one run. A shell of its own makes it, and
 * removes it when the pipe to the launcher closes: that happens however the
 * launcher ends. All it takes is permission to run unshare, which without
 * options only runs what follows.
 *
 * @module
 */

/** What a keeper does, as lines of shell; "$@" are the words. */
export interface Keeping {
  /** Makes it; fails at the first line that fails. */
  readonly make: readonly string[];
  /** Removes it, however much of it there is. */
  readonly remove: string;
  /** What the lines are about. */
  readonly words: readonly string[];
}

/** Something that is there. */
export interface Kept {
  /** Removes it. */
  close(): Promise<void>;
}

/**
 * Makes something, and has it removed when this process ends.
 *
 * @param keeping What there is to do.
 * @returns How to remove it; or, if it could not be made, what was said.
 */
export async function keep(
  keeping: Keeping,
): Promise<Kept | { refused: string }> {
  // A session of its own, so that no signal of a terminal reaches it.
  const child = new Deno.Command("unshare", {
    args: ["setsid", "sh", "-c", script(keeping), "sh", ...keeping.words],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const ready = !(await reader.read()).done;
  if (!ready) {
    const said = (await new Response(child.stderr).text()).trim();
    await child.stdin.close();
    await removeAfter(child, keeping);
    return { refused: said.split("\n")[0] || "it could not be made" };
  }
  return {
    async close() {
      await child.stdin.close();
      await reader.cancel();
      await child.stderr.cancel();
      await removeAfter(child, keeping);
    },
  };
}

/** Does what the keeper could not do, if somebody ended it before its time. */
async function removeAfter(
  keeper: Deno.ChildProcess,
  { remove, words }: Keeping,
): Promise<void> {
  if ((await keeper.status).signal === null) return;
  await new Deno.Command("unshare", {
    args: ["sh", "-c", remove, "sh", ...words],
  }).output();
}

const script = ({ make, remove }: Keeping): string =>
  `remove() {
${remove}
}
trap '' HUP INT QUIT TERM PIPE
trap 'remove "$@"' EXIT
set -e
${make.join("\n")}
echo ready
read -r gone || exit 0`;
