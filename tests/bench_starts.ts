/**
 * What it takes to start: an empty script, each lab in all its forms, and its
 * namespaces with next to nothing in them.
 *
 * @module
 */

import { Failure } from "../lib/cli/failure.ts";
import { printError } from "../lib/cli/output.ts";
import { type Commands, measureTimes, type Summary } from "./bench_measure.ts";
import { compare, type Section, type Target } from "./bench_report.ts";
import { ROOT, run, scriptCommand } from "./harness.ts";

/** What an empty script is called in a report. */
export const EMPTY = "an empty script";

const TARGETS: Readonly<Record<string, Target>> = {
  "pid --here": { times: 1.25 },
  "pid": { times: 2.5 },
};

/**
 * An empty script: what Deno itself takes.
 *
 * @param folder Where to put it.
 * @returns How to run it.
 */
export function emptyScript(folder: string): string[] {
  const path = `${folder}/empty.ts`;
  Deno.writeTextFileSync(path, "");
  return denoRun("-A", path);
}

/**
 * Measures how labs start.
 *
 * @param labs Their names.
 * @param empty How to run an empty script.
 * @param folder Where to put their copies.
 * @param runs How often each command runs.
 * @returns Two sections.
 */
export async function measureStarts(
  labs: readonly string[],
  empty: string[],
  folder: string,
  runs: number,
): Promise<Section[]> {
  const scripts: Record<string, string[]> = { [EMPTY]: empty };
  const bare: Record<string, string[]> = {};
  for (const lab of labs) {
    printError(`bench: Preparing ${lab}`);
    const copy = await makeCopy(lab, folder);
    scripts[`${lab} --here`] = scriptCommand(lab, ["--here"]);
    scripts[`${lab}.js --here`] = denoRun("-A", copy, "--here");
    scripts[lab] = scriptCommand(lab);
    scripts[`${lab}.js`] = denoRun("-A", copy);
    scripts[`${lab}, its permissions`] = taskCommand(lab);
    bare[`unshare for ${lab}`] = await unshareTrue(lab);
  }
  scripts.doctor = scriptCommand("doctor");
  printError(`bench: Starting all that, ${runs} times`);
  const times = await measureTimes({ ...scripts, ...bare }, runs);
  return [
    {
      title: "START in ms, and how many times an empty script that is",
      rows: rowsOf(scripts, times),
    },
    {
      title: "PLAIN unshare ... true in ms, and how many times that the lab is",
      rows: labs.map((lab) => {
        const what = `unshare for ${lab}`;
        const ratio = times[lab]!.median / times[what]!.median;
        return { what, summary: times[what]!, ratio };
      }),
    },
  ];
}

function rowsOf(commands: Commands, times: Record<string, Summary>) {
  return Object.keys(commands).map((what) =>
    compare(what, times[what]!, times[EMPTY], TARGETS[what])
  );
}

function denoRun(...args: string[]): string[] {
  return [Deno.execPath(), "run", "--cached-only", ...args];
}

/** The same script with the permissions that its task gives it. */
function taskCommand(lab: string): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
  const [, , ...args]: string[] = tasks[lab].command.split(" ");
  const script = args.pop();
  return denoRun("--no-prompt", ...args, `${ROOT}/${script}`);
}

/** The script as one file. */
async function makeCopy(lab: string, folder: string): Promise<string> {
  const copy = `${folder}/${lab}.js`;
  const command = [Deno.execPath(), "task", "--quiet", "single", lab];
  Deno.writeTextFileSync(copy, await outputOf(command));
  return copy;
}

/** The lab's own unshare command line, around a program that does nothing. */
async function unshareTrue(lab: string): Promise<string[]> {
  const document = await outputOf(scriptCommand(lab, ["--json"]));
  const { command }: { command: string[] } = JSON.parse(document);
  return [...command.slice(0, command.indexOf(Deno.execPath())), "true"];
}

async function outputOf(command: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(command);
  if (code === 0) return stdout;
  throw new Failure("Cannot prepare", {
    tried: command.join(" "),
    said: stderr.trim(),
    cause: "what is to be measured does not run here",
  });
}
