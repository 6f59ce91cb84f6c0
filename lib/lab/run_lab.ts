/**
 * The command line that all labs share, and the way from each of its modes to
 * the file that does it. What a mode alone needs is loaded for that mode.
 *
 * @module
 */

import { EXIT, UsageError } from "../cli/failure.ts";
import {
  COMMON,
  type Given,
  type OptionSpec,
  parseOptions,
} from "../cli/options.ts";
import { print, printError } from "../cli/output.ts";
import { hasAll } from "../cli/permissions.ts";
import { printableJson } from "../cli/printable.ts";
import { setColor } from "../cli/style.ts";
import { runMain } from "../run_main.ts";
import { runErrand } from "./errand.ts";
import {
  type AnyLab,
  type OwnOption,
  permissionsOf,
  type Values,
  valuesOf,
} from "./lab.ts";
import { viewOf } from "./view.ts";

const OPTIONS = {
  here: { help: "print only what this process sees; nothing is changed" },
  shell: {
    value: "CMD",
    optional: true,
    help: "open a shell in the new namespace ($SHELL, else /bin/sh)",
  },
  explain: { help: "what each flag of unshare asks of the kernel" },
  bash: { help: "the same experiment in plain shell, ready to paste" },
  "dry-run": { help: "print the unshare command line and stop" },
  json: COMMON.json,
  all: { help: "do not shorten long tables" },
  "no-color": COMMON["no-color"],
  help: COMMON.help,
  version: COMMON.version,
} satisfies Record<string, OptionSpec>;

/** What to do, in place of the whole experiment. */
const MODES = ["here", "shell", "explain", "bash", "dry-run"] as const;

type LabOptions = Given<keyof typeof OPTIONS>;

/**
 * Runs a lab's script.
 *
 * @param lab The experiment.
 * @param args The command line.
 * @returns The exit code.
 */
export function runLab(
  lab: AnyLab,
  args: readonly string[] = Deno.args,
): Promise<number> {
  return runMain(lab.name, permissionsOf(lab), () => dispatch(lab, args));
}

async function dispatch(lab: AnyLab, args: readonly string[]): Promise<number> {
  if (await runErrand(lab, args)) return EXIT.ok;
  const own: Record<string, OwnOption> = lab.options ?? {};
  const specs = { ...own, ...OPTIONS };
  const { options, rest } = await parseOptions(
    specs,
    args,
    lab.runsCommands,
  );
  const values = valuesOf(lab, options);
  checkModes(options, rest);
  await setColor(!options["no-color"]);

  if (options.help) {
    const { labHelp } = await import("./lab_help.ts");
    print(labHelp(lab, specs));
  } else if (options.version) {
    const { version } = await import("../cli/version.ts");
    print(`${lab.name} (nslab) ${version}`);
  } else if (options.here) {
    return await here(lab, options, args);
  } else if (options.explain) {
    const { explain } = await import("./explain.ts");
    print(await explain(lab, values));
  } else if (options.bash || options["dry-run"]) {
    const { bashText, dryRunText } = await import("./command_text.ts");
    print(await (options.bash ? bashText : dryRunText)(lab, values));
  } else if (options.shell) {
    const { shell } = await import("./shell.ts");
    return await shell(lab, values, options.shell);
  } else if (rest.length > 0) {
    const { runCommand } = await import("./run_command.ts");
    return await runCommand(lab, values, rest);
  } else {
    return await whole(lab, values, options);
  }
  return EXIT.ok;
}

function checkModes(options: LabOptions, rest: readonly string[]): void {
  const modes: string[] = MODES.filter((mode) => options[mode])
    .map((mode) => `--${mode}`);
  if (options.json && !options.here) modes.push("--json");
  if (rest.length > 0) modes.push("-- CMD");
  if (modes.length < 2) return;
  const [first, second] = modes;
  throw new UsageError(`${first} and ${second} do not go together`);
}

async function here(
  lab: AnyLab,
  options: LabOptions,
  args: readonly string[],
): Promise<number> {
  if (!hasAll()) {
    const { runWithAll } = await import("../cli/run_with_all.ts");
    return await runWithAll(lab.script, args);
  }
  if (options.json) print(printableJson(viewOf(lab), 2));
  else print(lab.show(lab.observe()));
  return EXIT.ok;
}

async function whole(
  lab: AnyLab,
  values: Values<string>,
  options: LabOptions,
): Promise<number> {
  const { experiment } = await import("./experiment.ts");
  const [ran, loaded] = await Promise.allSettled([
    experiment(lab, values),
    // Loaded while the inside starts. If it cannot be, the inside ends first.
    import("./report.ts"),
  ]);
  if (ran.status === "rejected") throw ran.reason;
  if (loaded.status === "rejected") throw loaded.reason;
  const outcome = ran.value;
  const { reportJson, reportText } = loaded.value;
  print(
    options.json
      ? reportJson(lab, outcome)
      : reportText(lab, outcome, options.all === true),
  );
  if (outcome.shared.length > 0) {
    printError(
      `${lab.name}: The inside process did nothing, for it is not isolated: ` +
        `it shares the ${outcome.shared.join(" and the ")} namespace with ` +
        `the outside`,
    );
  }
  return outcome.claims.some(({ result }) => result === "fails")
    ? EXIT.claimFailed
    : EXIT.ok;
}
