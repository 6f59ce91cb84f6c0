/**
 * A UTS namespace: a host name and an NIS domain name of its own.
 *
 * Run it: deno run --allow-run=deno,unshare scripts/uts.ts
 *     or: deno run -A scripts/uts.ts            (it looks at /proc by itself)
 * Read: man 7 uts_namespaces
 */

import { checkHostName } from "../lib/cli/host_name.ts";
import { printable } from "../lib/cli/printable.ts";
import { readUts } from "../lib/kernel/uts.ts";
import { claim, defineLab, separate } from "../lib/lab/lab.ts";
import { runLab } from "../lib/lab/run_lab.ts";

export const lab = defineLab({
  name: "uts",
  shows: "A host name and a domain name that change inside and nowhere else",
  script: import.meta.url,

  options: {
    hostname: {
      value: "NAME",
      default: "inside.nslab",
      help: "the host name to set inside (inside.nslab)",
      check: checkHostName,
    },
    domainname: {
      value: "NAME",
      default: "lab.nslab",
      help: "the NIS domain name to set inside (lab.nslab)",
      check: checkHostName,
    },
  },

  isolates: ["uts"],
  flags: () => ["--uts"],

  // The same two commands that would rename the whole machine outside.
  act: ({ hostname, domainname }) => [
    ["hostname", hostname],
    ["domainname", domainname],
  ],

  // What one process can see. This runs outside and inside.
  observe: readUts,

  show: ({ hostname, domainname }) =>
    `host name      ${printable(hostname)}\n` +
    `domain name    ${printable(domainname) || "(none)"}`,

  claims({ before, inside, outside, values }) {
    const both = (name: "hostname" | "domainname", what: string) => {
      const undecided = before[name] === values[name] &&
        `it is "${before[name]}" outside already: ` +
          `give another one with --${name}`;
      return [
        claim(
          `The ${what} changed inside`,
          inside[name] === values[name] && inside[name] !== before[name],
          `it was "${before[name]}", ` +
            `inside it is "${inside[name]}"`,
          undecided,
        ),
        claim(
          `The ${what} outside did not change`,
          outside[name] === before[name] && outside[name] !== inside[name],
          `outside it is "${outside[name]}", as before`,
          undecided,
        ),
      ];
    };
    return [
      separate("uts", { inside, outside }),
      ...both("hostname", "host name"),
      ...both("domainname", "domain name"),
    ];
  },

  bash: (unshare, { hostname, domainname }) =>
    `hostname; domainname
${unshare} sh -c '
  hostname ${hostname}; domainname ${domainname}
  hostname; domainname
'
hostname; domainname`,

  hints: [
    "uname -n          the name of this namespace",
    "hostname other    rename it: nobody outside notices, and the prompt",
    "                  keeps the old name: the shell read it when it started",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
