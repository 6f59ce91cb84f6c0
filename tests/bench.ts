/**
 * How fast the scripts are, and how much memory they take, against what people
 * would use in their place: all in one run on one machine, for only the ratios
 * tell anything. It is a report and no test: what else the machine does
 * meanwhile is in the figures.
 *
 * Run it: deno task bench
 *
 * @module
 */

import { describeOptions } from "../lib/cli/describe_options.ts";
import { EXIT, Failure } from "../lib/cli/failure.ts";
import { COMMON, type OptionSpec, parseOptions } from "../lib/cli/options.ts";
import { print } from "../lib/cli/output.ts";
import { setColor } from "../lib/cli/style.ts";
import { listDirectory } from "../lib/kernel/list_directory.ts";
import { runMain } from "../lib/run_main.ts";
import { Folder } from "./bench_folder.ts";
import { measureListings } from "./bench_listings.ts";
import { benchTable } from "./bench_report.ts";
import { emptyScript, measureStarts } from "./bench_starts.ts";
import { missing, ROOT } from "./harness.ts";

const LABS = listDirectory(`${ROOT}/scripts`)
  .filter((file) =>
    Deno.readTextFileSync(`${ROOT}/scripts/${file}`).includes("defineLab(")
  )
  .map((file) => file.replace(/\.ts$/, ""));

const OPTIONS = {
  runs: {
    value: "N",
    help: "how often each command runs (21)",
    check: (text) =>
      /^[1-9]\d{0,3}$/.test(text) ? undefined : "a number from 1 to 9999",
  },
  lab: {
    value: "NAME",
    repeat: true,
    help: `only this one: ${LABS.join(" ")}; may be repeated`,
    check: (lines) =>
      lines.split("\n").every((name) => LABS.includes(name))
        ? undefined
        : `the labs are ${LABS.join(" ")}`,
  },
  json: COMMON.json,
  "no-color": COMMON["no-color"],
  help: COMMON.help,
} satisfies Record<string, OptionSpec>;

const HELP = `Usage: deno task bench [options]

How fast the scripts are, against what people would use in their place.

${describeOptions(OPTIONS)}

It takes some minutes, and starts 8000 processes. It exits with 0 whatever the
figures are.`;

async function bench(args: readonly string[]): Promise<number> {
  const { options } = await parseOptions(OPTIONS, args);
  await setColor(!options["no-color"]);
  if (options.help) {
    print(HELP);
    return EXIT.ok;
  }
  requirePrograms();
  const runs = Number(options.runs ?? 21);
  const labs = options.lab ? (options.lab as string).split("\n") : LABS;
  // Before our own crowd is part of the load.
  const machine = {
    kernel: Deno.osRelease(),
    deno: Deno.version.deno,
    cpus: navigator.hardwareConcurrency,
    load: Deno.loadavg()[0]!,
  };
  await using folder = await Folder.make();
  const empty = emptyScript(folder.path);
  const sections = [
    ...await measureStarts(labs, empty, folder.path, runs),
    ...await measureListings(empty, runs),
  ];
  if (options.json) {
    print(JSON.stringify({ machine, runs, sections }, null, 2));
  } else {
    const { kernel, deno, cpus, load } = machine;
    print(
      `${benchTable(sections)}\n\nLinux ${kernel}, Deno ${deno}, ` +
        `${cpus} CPUs, load ${load.toFixed(1)}; ${runs} runs of each`,
    );
  }
  return EXIT.ok;
}

function requirePrograms(): void {
  for (const program of ["unshare", "lsns", "ps"]) {
    if (missing(program) === undefined) continue;
    throw new Failure("Cannot compare", {
      cause: `"${program}" is not installed`,
      remedy: "apt install util-linux procps",
    });
  }
}

if (import.meta.main) {
  Deno.exit(await runMain("bench", "--allow-all", () => bench(Deno.args)));
}
