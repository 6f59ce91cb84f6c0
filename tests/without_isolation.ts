/**
 * Runs a lab without the flags that isolate it, and prints what came of it as
 * JSON: { shared, claims }. Nothing may be done then, and no claim may hold.
 *
 * @module
 */

import { experiment } from "../lib/experiment.ts";
import type { AnyLab, OwnOption } from "../lib/lab.ts";

const { lab }: { lab: AnyLab } = await import(`../scripts/${Deno.args[0]}.ts`);
const options: Record<string, OwnOption> = lab.options ?? {};
const values = Object.fromEntries(
  Object.entries(options).map(([name, spec]) => [name, spec.default]),
);
const { shared, claims } = await experiment(
  { ...lab, flags: () => [] },
  values,
);
console.log(JSON.stringify({ shared, claims }));
