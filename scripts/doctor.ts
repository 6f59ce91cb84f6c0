/**
 * What this machine lets you create, and how to mend what it does not: before
 * the workshop. It tries each lab's own command line, and changes nothing.
 *
 * Run it: deno run --allow-run=deno scripts/doctor.ts
 *     or: deno run -A scripts/doctor.ts         (it looks at /proc by itself)
 * Read: man 7 namespaces, man 1 unshare
 */

import { describePath } from "../lib/cli/describe_command.ts";
import { describeOptions } from "../lib/cli/describe_options.ts";
import { EXIT } from "../lib/cli/failure.ts";
import { COMMON, parseOptions } from "../lib/cli/options.ts";
import { print } from "../lib/cli/output.ts";
import { hasAll } from "../lib/cli/permissions.ts";
import { printableJson } from "../lib/cli/printable.ts";
import { runWithAll } from "../lib/cli/run_with_all.ts";
import { shellQuote } from "../lib/cli/shell_quote.ts";
import { setColor } from "../lib/cli/style.ts";
import { version } from "../lib/cli/version.ts";
import { examine } from "../lib/doctor/checks.ts";
import { describeFindings } from "../lib/doctor/report.ts";
import { runMain } from "../lib/run_main.ts";
import { lab as cgroup } from "./cgroup.ts";
import { lab as container } from "./container.ts";
import { lab as ipc } from "./ipc.ts";
import { lab as mount } from "./mount.ts";
import { lab as net } from "./net.ts";
import { lab as pid } from "./pid.ts";
import { lab as time } from "./time.ts";
import { lab as user } from "./user.ts";
import { lab as uts } from "./uts.ts";

const PERMISSIONS = "--allow-run=deno";
const LABS = [pid, uts, mount, user, net, ipc, cgroup, time, container];

function help(): string {
  const path = shellQuote([describePath(import.meta.url)]);
  return `Usage: deno run -A ${path} [options]

What this machine lets you create, and how to mend what it does not.

Options:
${describeOptions(COMMON)}

Instead of -A, this is enough:
  ${PERMISSIONS}
Exit codes: 0 every lab will work for whoever runs it, 2 wrong usage, 3 not
every one will.
Read more: man 7 namespaces, man 1 unshare`;
}

async function doctor(args: readonly string[]): Promise<number> {
  const { options } = await parseOptions(COMMON, args);
  await setColor(!options["no-color"]);
  if (options.help) {
    print(help());
    return EXIT.ok;
  }
  if (options.version) {
    print(`doctor (nslab) ${version}`);
    return EXIT.ok;
  }
  // What is to be seen is in /proc, and Deno shows that only with -A.
  if (!hasAll()) return await runWithAll(import.meta.url, args);

  const findings = await examine(LABS, import.meta.url);
  print(
    options.json ? printableJson(findings, 2) : describeFindings(findings),
  );
  const { checks } = findings;
  return checks.every(({ result }) => result === "works")
    ? EXIT.ok
    : EXIT.notHere;
}

if (import.meta.main) {
  Deno.exit(await runMain("doctor", PERMISSIONS, () => doctor(Deno.args)));
}
