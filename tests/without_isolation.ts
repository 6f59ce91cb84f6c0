/**
 * Runs a lab without the flags that isolate it, and prints what came of it as
 * JSON: { shared, claims }. Nothing may be done then, and no claim may hold.
 * Words after the lab's name are a command to run inside in place of that.
 *
 * @module
 */

import { experiment } from "../lib/lab/experiment.ts";
import { type AnyLab, valuesOf } from "../lib/lab/lab.ts";
import { runCommand } from "../lib/lab/run_command.ts";
import { runMain } from "../lib/run_main.ts";

const [name, ...command] = Deno.args;
const { lab }: { lab: AnyLab } = await import(`../scripts/${name}.ts`);
const values = valuesOf(lab);
const bare: AnyLab = { ...lab, flags: () => [] };
if (command.length > 0) {
  const work = () => runCommand(bare, values, command);
  Deno.exit(await runMain(lab.name, "-A", work));
}
const { shared, claims } = await experiment(bare, values);
console.log(JSON.stringify({ shared, claims }));
