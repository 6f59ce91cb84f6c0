/**
 * A lab that goes wrong in the way that --how names.
 *
 * @module
 */

import { defineLab } from "../lib/lab/lab.ts";
import { runLab } from "../lib/lab/run_lab.ts";

const lab = defineLab({
  name: "broken",
  shows: "How each way to fail is explained",
  script: import.meta.url,
  options: {
    how: { value: "WAY", default: "none" },
  },
  isolates: ["uts"],

  flags: () => ["--uts"],

  act({ how }) {
    switch (how) {
      case "killed":
        return [["sh", "-c", "kill -KILL $PPID"]];
      case "no-program":
        return [["nslab-no-such-program"]];
      case "no-mount-point":
        return [["mount", "-t", "tmpfs", "nslab", "/nslab-no-such-place"]];
      case "no-reason":
        return [["sh", "-c", "printf '\\033[2Jdark' >&2; exit 1"]];
      default:
        return [];
    }
  },

  observe: () => ({}),

  // The outside is about to look at a process that was alive a moment ago.
  inspect(pid) {
    if (!Deno.args.includes("--how=killed-later")) return {};
    Deno.kill(pid, "SIGKILL");
    throw new Error(`Process ${pid} is gone`);
  },

  show: () => "",
  claims: () => [],
  bash: () => "",
  hints: [],
});

if (import.meta.main) Deno.exit(await runLab(lab));
