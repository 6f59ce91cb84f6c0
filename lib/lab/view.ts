/**
 * Looking with one's own eyes: the same code outside and inside.
 *
 * @module
 */

import { readNsLinks } from "../kernel/ns_links.ts";
import type { AnyLab, View } from "./lab.ts";

/**
 * What this process sees.
 *
 * @param lab The experiment.
 * @returns Its namespaces and the lab's own part.
 */
export function viewOf(lab: AnyLab): View<object> {
  return { namespaces: readNsLinks(), ...lab.observe() };
}
